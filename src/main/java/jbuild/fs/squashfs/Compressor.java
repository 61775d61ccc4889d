package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockDecoder;
import jbuild.io.BlockDecoders;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * How the blocks of an image are compressed, and the options of the compressor, which lie behind
 * the superblock in a metadata block that is never compressed itself. What they say is for those
 * who append to an image; a decoder finds all it needs in the blocks, but for the version of the
 * LZ4 format.
 */
final class Compressor {
  private static final int GZIP = 1;
  private static final int LZMA = 2;
  private static final int LZO = 3;
  private static final int XZ = 4;
  private static final int LZ4 = 5;
  private static final int ZSTD = 6;

  /** LZ4_LEGACY: blocks without frames, the only version there is. */
  private static final int LZ4_VERSION = 1;

  private Compressor() {}

  static BlockDecoder decoder(String label, Superblock superblock, ByteSource image)
      throws IOException {
    int compression = superblock.compression();
    if (compression == LZ4 && superblock.hasCompressorOptions()) {
      requireLz4Version(label, options(label, superblock, image));
    }
    return switch (compression) {
      case GZIP -> BlockDecoders.zlib();
      case LZMA -> BlockDecoders.lzma();
      case LZO -> BlockDecoders.lzo();
      case XZ -> BlockDecoders.xz();
      case LZ4 -> BlockDecoders.lz4();
      case ZSTD -> BlockDecoders.zstd();
      default ->
          throw new UnsupportedFilesystemException(
              label + ": squashfs compression " + compression + " is not supported");
    };
  }

  private static ByteReader options(String label, Superblock superblock, ByteSource image)
      throws IOException {
    String part = label + ": compressor options";
    ByteReader header = ByteReader.of(part, image, Superblock.BYTES, MetadataBlocks.HEADER_BYTES);
    int size = header.u16("header") & ~MetadataBlocks.NOT_COMPRESSED;
    if (size > superblock.inodeTable() - header.position()) {
      throw header.corrupt(size + " bytes reach into the inode table");
    }
    return ByteReader.of(part, image, header.position(), size);
  }

  private static void requireLz4Version(String label, ByteReader options) throws IOException {
    long version = options.u32("version");
    if (version != LZ4_VERSION) {
      throw new UnsupportedFilesystemException(
          label + ": version " + version + " of the LZ4 format is not supported");
    }
  }
}
