package jbuild.fs.disk;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * The header of a qcow2 image ({@code docs/interop/qcow2} of QEMU), big-endian, at its start.
 *
 * <pre>
 *   0 u32 magic                   "QFI\xfb"
 *   4 u32 version                 2 or 3
 *   8 u64 backing_file_offset     0 when there is none
 *  16 u32 backing_file_size       length of its name
 *  20 u32 cluster_bits            9 to 21: clusters of 512 bytes to 2 MiB
 *  24 u64 size                    of the disk, in bytes
 *  32 u32 crypt_method            0 none, 1 AES, 2 LUKS
 *  36 u32 l1_size                 in entries
 *  40 u64 l1_table_offset
 *  48 u64 refcount_table_offset
 *  56 u32 refcount_table_clusters
 *  60 u32 nb_snapshots
 *  64 u64 snapshots_offset
 *
 *  72 u64 incompatible_features   from version 3 on
 *  80 u64 compatible_features
 *  88 u64 autoclear_features
 *  96 u32 refcount_order
 * 100 u32 header_length           at least 104
 * 104 u8  compression_type        0 zlib, 1 zstd
 * </pre>
 *
 * @param size of the disk, in bytes
 * @param hasZeroFlag whether clusters can be marked as zero: not in version 2
 * @param isExtended whether L2 entries have a bitmap of subclusters
 */
record Qcow2Header(
    int clusterBits,
    long size,
    long l1Size,
    long l1Offset,
    boolean hasZeroFlag,
    boolean isExtended,
    boolean isZstd) {
  static final int MAGIC = 0x5146_49fb;
  private static final int V2_BYTES = 72;
  private static final int V3_BYTES = 104;
  private static final int MAX_NAME = 1023;
  private static final int MAX_CLUSTER_BITS = 21;

  /** QEMU's limit, 32 MiB. */
  private static final long MAX_L1_ENTRIES = 4 << 20;

  /** Refcounts may be stale: nothing that is read here. */
  private static final long DIRTY = 1;

  private static final long CORRUPT = 1 << 1;
  private static final long DATA_FILE = 1 << 2;
  private static final long COMPRESSION_TYPE = 1 << 3;
  private static final long EXTENDED_L2 = 1 << 4;
  private static final long KNOWN = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;

  static Qcow2Header read(String label, ByteSource file) throws IOException {
    String part = label + ": qcow2 header";
    ByteReader in = ByteReader.of(part, file, 0, V2_BYTES).bigEndian();
    in.expect(MAGIC, "magic");
    long version = in.u32("version");
    if (version != 2 && version != 3) {
      throw new UnsupportedFilesystemException(label + ": qcow version " + version);
    }
    long backing = in.u64("backing_file_offset", 0, Long.MAX_VALUE);
    int backingSize = (int) in.u32("backing_file_size", 0, backing == 0 ? 0xffff_ffffL : MAX_NAME);
    if (backing != 0) {
      throw new UnsupportedFilesystemException(
          label
              + ": the image lies on top of another, "
              + ByteReader.of(part, file, backing, backingSize)
                  .string("backing file name", backingSize));
    }
    int clusterBits = (int) in.u32("cluster_bits", 9, MAX_CLUSTER_BITS);
    long size = in.u64("size", 0, 1L << 61);
    long crypt = in.u32("crypt_method");
    if (crypt != 0) {
      throw new UnsupportedFilesystemException(
          label
              + ": encryption by "
              + (crypt == 1 ? "AES" : crypt == 2 ? "LUKS" : "method " + crypt));
    }
    long l1Size = in.u32("l1_size", 0, MAX_L1_ENTRIES);
    long l1Offset = aligned(in, "l1_table_offset", clusterBits);
    aligned(in, "refcount_table_offset", clusterBits);
    if (version == 2) {
      return new Qcow2Header(clusterBits, size, l1Size, l1Offset, false, false, false);
    }
    ByteReader more = ByteReader.of(part, file, V2_BYTES, V3_BYTES - V2_BYTES).bigEndian();
    long features = features(label, more);
    more.skip("compatible and autoclear features", 16);
    more.u32("refcount_order", 0, 6);
    int length = (int) more.u32("header_length", V3_BYTES, 1L << clusterBits);
    boolean extended = (features & EXTENDED_L2) != 0;
    if (extended && clusterBits < 14) {
      throw new CorruptInputException(part, 20, "clusters are too small for subclusters");
    }
    boolean zstd = isZstd(label, file, length, (features & COMPRESSION_TYPE) != 0);
    return new Qcow2Header(clusterBits, size, l1Size, l1Offset, true, extended, zstd);
  }

  private static long aligned(ByteReader in, String field, int clusterBits) throws IOException {
    long value = in.u64(field, 0, (1L << 56) - 1);
    if ((value & ((1L << clusterBits) - 1)) != 0) {
      throw in.corrupt(field + " 0x" + Long.toHexString(value) + " is not that of a cluster");
    }
    return value;
  }

  private static long features(String label, ByteReader in) throws IOException {
    long features = in.s64("incompatible_features");
    if ((features & ~KNOWN) != 0) {
      throw new UnsupportedFilesystemException(
          label
              + ": qcow2 feature "
              + Long.numberOfTrailingZeros(features & ~KNOWN)
              + " is unknown");
    }
    if ((features & CORRUPT) != 0) {
      throw in.corrupt("the image is marked as corrupt (qemu-img check -r all may repair it)");
    }
    if ((features & DATA_FILE) != 0) {
      throw new UnsupportedFilesystemException(label + ": the content lies in another file");
    }
    return features;
  }

  private static boolean isZstd(String label, ByteSource file, int headerLength, boolean isSet)
      throws IOException {
    int type = 0;
    ByteReader in = ByteReader.of(label + ": qcow2 header", file, V3_BYTES, 0);
    if (headerLength > V3_BYTES) {
      in = ByteReader.of(label + ": qcow2 header", file, V3_BYTES, 1);
      type = in.u8("compression_type");
    }
    if (isSet != (type != 0)) {
      throw in.corrupt("compression_type is " + type + ", the features say otherwise");
    }
    if (type > 1) {
      throw new UnsupportedFilesystemException(label + ": qcow2 compression type " + type);
    }
    return type == 1;
  }

  int clusterBytes() {
    return 1 << clusterBits;
  }

  int entryBytes() {
    return isExtended ? 16 : 8;
  }

  /** How many bytes of the disk one L2 table maps, as a power of 2. */
  int l1SpanBits() {
    return clusterBits + clusterBits - (isExtended ? 4 : 3);
  }
}
