package jbuild.fs.iso9660;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * Reads the records of one directory in pieces. A record lies in one sector; the rest of a sector
 * is zeros (ECMA 6.8.1.1). The first record is the directory's own, the second its parent's, and
 * neither may occur again: so no two directories can share records.
 */
final class DirectoryRecords {
  private static final int SECTOR = 2048;
  private static final int PIECE_BYTES = 128 << 10;

  @FunctionalInterface
  interface Visitor {
    void record(DirectoryRecord record) throws IOException;
  }

  private final IsoVolume volume;
  private final long end;
  private final String label;
  private long at;
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private long pieceStart;
  private long count;

  private DirectoryRecords(IsoVolume volume, Extent directory) {
    this.volume = volume;
    this.at = directory.position();
    this.pieceStart = at;
    this.end = directory.position() + directory.length();
    this.label = volume.label() + ": directory record";
  }

  /** Visits all records but those of the directory itself and its parent. */
  static void forEach(IsoVolume volume, Extent directory, Visitor visitor) throws IOException {
    volume.require("directory", directory.position(), directory.length());
    new DirectoryRecords(volume, directory).visit(visitor);
  }

  private void visit(Visitor visitor) throws IOException {
    while (at < end) {
      if (at >= pieceStart + piece.limit()) {
        load();
      }
      int length = piece.get((int) (at - pieceStart)) & 0xff;
      if (length == 0) {
        at += volume.blockSize() - at % volume.blockSize();
        continue;
      }
      DirectoryRecord record = read(length);
      if (!isDot(record)) {
        visitor.record(record);
      }
      at += length;
    }
    if (count == 0) {
      throw volume.corrupt("directory", end, "is empty, it has no record of itself");
    }
  }

  /** Pieces end with a sector, so that no record is torn. */
  private void load() throws IOException {
    long pieceEnd = at + PIECE_BYTES - at % SECTOR;
    piece = ByteBuffer.allocate((int) (Math.min(pieceEnd, end) - at));
    volume.image().read(at, piece);
    piece.flip();
    pieceStart = at;
  }

  private DirectoryRecord read(int length) throws CorruptInputException {
    long sectorEnd = Math.min(end, at + SECTOR - at % SECTOR);
    if (length > sectorEnd - at) {
      throw new CorruptInputException(
          label, at, "is " + length + " bytes long, " + (sectorEnd - at) + " are left");
    }
    ByteBuffer bytes = piece.slice((int) (at - pieceStart), length);
    return DirectoryRecord.read(ByteReader.of(label, bytes, at), volume.blockSize());
  }

  private boolean isDot(DirectoryRecord record) throws CorruptInputException {
    long index = count++;
    boolean expected = index == 0 ? record.isSelf() : index != 1 || record.isParent();
    if (!expected) {
      throw new CorruptInputException(
          label, at, "is not that of " + (index == 0 ? "the directory itself" : "its parent"));
    }
    if (index > 1 && (record.isSelf() || record.isParent())) {
      throw new CorruptInputException(label, at, "belongs to the start of a directory");
    }
    return index <= 1;
  }
}
