package jbuild.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * The islands of data of a file with holes, as a tar lists them: offsets in the file; their bytes
 * lie behind one another in the archive. GNU tar manual, appendix "Storing Sparse Files".
 */
final class SparseMap {
  /** More than any real file has, few enough that a hostile one costs little memory. */
  static final int MAX_ISLANDS = 1 << 16;

  private record Island(long offset, long length) {}

  private final List<Island> islands = new ArrayList<>();

  void add(long offset, long length) throws TarFieldException {
    if (islands.size() == MAX_ISLANDS) {
      throw new TarFieldException("sparse map has more than " + MAX_ISLANDS + " islands");
    }
    islands.add(new Island(offset, length));
  }

  /** Reads {@code offset,length,offset,length…}, the form of the PAX versions 0.0 and 0.1. */
  static SparseMap ofList(String commaSeparated) throws TarFieldException {
    SparseMap map = new SparseMap();
    int at = 0;
    while (at < commaSeparated.length()) {
      int comma = commaSeparated.indexOf(',', at);
      if (comma < 0) {
        throw new TarFieldException("sparse map has an offset without a length");
      }
      int end = commaSeparated.indexOf(',', comma + 1);
      end = end < 0 ? commaSeparated.length() : end;
      map.add(
          PaxRecords.decimal("sparse map", commaSeparated.substring(at, comma)),
          PaxRecords.decimal("sparse map", commaSeparated.substring(comma + 1, end)));
      at = end + 1;
    }
    return map;
  }

  /**
   * Checks the islands and says where they lie.
   *
   * @param size of the file with holes
   * @param dataOffset of the first island's bytes in the archive
   * @param packed how many bytes of data the archive has for the file
   */
  FileData place(long size, long dataOffset, long packed) throws TarFieldException {
    List<FileData.Extent> extents = new ArrayList<>();
    long end = 0;
    long used = 0;
    for (Island island : islands) {
      // no sum here can overflow: size is at most TarReader.MAX_SIZE
      if (island.offset < end || island.length < 0 || island.offset > size) {
        throw new TarFieldException("sparse map is not in order or overlaps itself");
      }
      if (island.length > size - island.offset) {
        throw new TarFieldException("sparse map goes beyond the file's end");
      }
      if (island.length > 0) {
        add(extents, island, dataOffset + used);
      }
      end = island.offset + island.length;
      used += island.length;
    }
    if (used > packed) {
      throw new TarFieldException("sparse map has more data than the entry");
    }
    if (extents.size() == 1 && extents.get(0).length() == size) {
      return new FileData.Stored(0, dataOffset);
    }
    return new FileData.Sparse(0, extents);
  }

  /** Adds an island, or makes the last one longer where they touch. */
  private static void add(List<FileData.Extent> extents, Island island, long deviceOffset) {
    int last = extents.size() - 1;
    if (last >= 0) {
      FileData.Extent before = extents.get(last);
      if (before.fileOffset() + before.length() == island.offset) {
        long joined = before.length() + island.length;
        extents.set(last, new FileData.Extent(before.fileOffset(), joined, before.deviceOffset()));
        return;
      }
    }
    extents.add(new FileData.Extent(island.offset, island.length, deviceOffset));
  }
}
