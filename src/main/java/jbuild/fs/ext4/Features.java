package jbuild.fs.ext4;

import java.util.ArrayList;
import java.util.List;
import jbuild.fs.UnsupportedFilesystemException;

/**
 * s_feature_compat, s_feature_incompat and s_feature_ro_compat, with the names that mke2fs(8) gives
 * to the bits.
 */
record Features(int compat, int incompat, int roCompat) {
  /** Revision 0 has no features. */
  static final Features NONE = new Features(0, 0, 0);

  private static final int COMPAT_HAS_JOURNAL = 0x4;
  private static final int COMPAT_DIR_INDEX = 0x20;
  private static final int COMPAT_SPARSE_SUPER2 = 0x200;

  private static final int INCOMPAT_FILETYPE = 0x2;
  private static final int INCOMPAT_RECOVER = 0x4;
  private static final int INCOMPAT_META_BG = 0x10;
  private static final int INCOMPAT_EXTENTS = 0x40;
  private static final int INCOMPAT_64BIT = 0x80;
  private static final int INCOMPAT_MMP = 0x100;
  private static final int INCOMPAT_FLEX_BG = 0x200;
  private static final int INCOMPAT_EA_INODE = 0x400;
  private static final int INCOMPAT_CSUM_SEED = 0x2000;
  private static final int INCOMPAT_LARGEDIR = 0x4000;
  private static final int INCOMPAT_INLINE_DATA = 0x8000;

  /** Lets encrypted inodes be; each is refused by itself. */
  private static final int INCOMPAT_ENCRYPT = 0x10000;

  private static final int INCOMPAT_CASEFOLD = 0x20000;

  private static final int INCOMPAT_KNOWN =
      INCOMPAT_FILETYPE
          | INCOMPAT_RECOVER
          | INCOMPAT_META_BG
          | INCOMPAT_EXTENTS
          | INCOMPAT_64BIT
          | INCOMPAT_MMP
          | INCOMPAT_FLEX_BG
          | INCOMPAT_EA_INODE
          | INCOMPAT_CSUM_SEED
          | INCOMPAT_LARGEDIR
          | INCOMPAT_INLINE_DATA
          | INCOMPAT_ENCRYPT
          | INCOMPAT_CASEFOLD;

  private static final int RO_COMPAT_SPARSE_SUPER = 0x1;
  private static final int RO_COMPAT_GDT_CSUM = 0x10;
  private static final int RO_COMPAT_BIGALLOC = 0x200;
  private static final int RO_COMPAT_METADATA_CSUM = 0x400;

  void requireSupported(String label) throws UnsupportedFilesystemException {
    int unknown = incompat & ~INCOMPAT_KNOWN;
    if (unknown == 0) {
      return;
    }
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      if ((unknown >>> bit & 1) != 0) {
        names.add(name(1 << bit));
      }
    }
    throw new UnsupportedFilesystemException(
        label + ": the feature " + String.join(", ", names) + " is not supported");
  }

  private static String name(int bit) {
    return switch (bit) {
      case 0x1 -> "compression";
      case 0x8 -> "journal_dev";
      case 0x1000 -> "dirdata";
      default -> "FEATURE_I" + Integer.numberOfTrailingZeros(bit);
    };
  }

  boolean hasJournal() {
    return (compat & COMPAT_HAS_JOURNAL) != 0;
  }

  boolean dirIndex() {
    return (compat & COMPAT_DIR_INDEX) != 0;
  }

  boolean sparseSuper2() {
    return (compat & COMPAT_SPARSE_SUPER2) != 0;
  }

  boolean filetype() {
    return (incompat & INCOMPAT_FILETYPE) != 0;
  }

  boolean needsRecovery() {
    return (incompat & INCOMPAT_RECOVER) != 0;
  }

  boolean metaBg() {
    return (incompat & INCOMPAT_META_BG) != 0;
  }

  boolean is64bit() {
    return (incompat & INCOMPAT_64BIT) != 0;
  }

  boolean checksumSeed() {
    return (incompat & INCOMPAT_CSUM_SEED) != 0;
  }

  boolean largeDirectories() {
    return (incompat & INCOMPAT_LARGEDIR) != 0;
  }

  boolean sparseSuper() {
    return (roCompat & RO_COMPAT_SPARSE_SUPER) != 0;
  }

  boolean descriptorChecksums() {
    return (roCompat & RO_COMPAT_GDT_CSUM) != 0;
  }

  boolean bigalloc() {
    return (roCompat & RO_COMPAT_BIGALLOC) != 0;
  }

  boolean metadataChecksums() {
    return (roCompat & RO_COMPAT_METADATA_CSUM) != 0;
  }
}
