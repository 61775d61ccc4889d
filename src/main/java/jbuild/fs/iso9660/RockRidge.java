package jbuild.fs.iso9660;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of Rock Ridge, zisofs and AAIP say of one directory record.
 *
 * <p>Entries between which an ES chooses one extension are taken as they come: no two extensions in
 * use have an entry of the same letters.
 */
final class RockRidge {
  private static final int PX = 'P' | 'X' << 8;
  private static final int PN = 'P' | 'N' << 8;
  private static final int SL = 'S' | 'L' << 8;
  private static final int NM = 'N' | 'M' << 8;
  private static final int CL = 'C' | 'L' << 8;
  private static final int RE = 'R' | 'E' << 8;
  private static final int TF = 'T' | 'F' << 8;
  private static final int SF = 'S' | 'F' << 8;
  private static final int ZF = 'Z' | 'F' << 8;
  private static final int Z2 = 'Z' | '2' << 8;
  private static final int AL = 'A' | 'L' << 8;

  private static final long NOT_RELOCATED = -1;

  private final int blockSize;
  private final AlternateName name = new AlternateName();
  private final LinkTarget target = new LinkTarget();
  private @Nullable PosixAttributes attributes;
  private DeviceNumber device = DeviceNumber.NONE;
  private @Nullable Timestamp modified;
  private long relocatedTo = NOT_RELOCATED;
  private boolean relocated;
  private boolean sparse;
  private @Nullable ZisofsEntry zisofs;
  private boolean hasXattrs;

  private RockRidge(int blockSize) {
    this.blockSize = blockSize;
  }

  /** Reads the entries; there are none when the image has no Rock Ridge. */
  static RockRidge read(IsoVolume volume, DirectoryRecord record) throws IOException {
    RockRidge entries = new RockRidge(volume.blockSize());
    if (volume.naming() == Naming.ROCK_RIDGE) {
      SystemUse.forEach(volume, record, volume.systemUseSkip(), entries::add);
    }
    return entries;
  }

  private void add(int signature, int version, ByteReader fields) throws IOException {
    switch (signature) {
      case PX -> attributes = PosixAttributes.read(fields);
      case PN -> device = DeviceNumber.read(fields);
      case SL -> target.add(fields);
      case NM -> name.add(fields);
      case CL -> relocatedTo = BothEndian.u32(fields, "CL block") * blockSize;
      case RE -> relocated = true;
      case TF -> {
        Timestamp time = FileTimes.read(fields).modified();
        modified = time == null ? modified : time;
      }
      case SF -> sparse = true;
      case ZF, Z2 -> zisofs = ZisofsEntry.read(version, fields);
      case AL -> hasXattrs = true;
      default -> {}
    }
  }

  /** The name, empty when only ISO 9660's own is recorded. */
  ByteString name() {
    return name.toName();
  }

  @Nullable PosixAttributes attributes() {
    return attributes;
  }

  /** The target of a symbolic link, empty when there is none. */
  ByteString target() {
    return target.toTarget();
  }

  DeviceNumber device() {
    return device;
  }

  @Nullable Timestamp modified() {
    return modified;
  }

  /**
   * Whether the record stands for a directory that lies elsewhere, as ISO 9660 allows no more than
   * eight levels.
   */
  boolean isPlaceholder() {
    return relocatedTo != NOT_RELOCATED;
  }

  /** Where the directory lies that the placeholder stands for. */
  long relocatedTo() {
    return relocatedTo;
  }

  /** Whether this directory's place is elsewhere, where there is a placeholder for it. */
  boolean isRelocated() {
    return relocated;
  }

  /** Whether the data is recorded without its holes. */
  boolean isSparse() {
    return sparse;
  }

  @Nullable ZisofsEntry zisofs() {
    return zisofs;
  }

  boolean hasXattrs() {
    return hasXattrs;
  }
}
