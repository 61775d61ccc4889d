package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;

/**
 * Reads squashfs images of version 4.0, with any of the compressions that the kernel or
 * squashfs-tools know. Numbers of inodes are their places in the inode table.
 */
public final class SquashfsReader implements FilesystemReader {
  private static final int MAGIC_BYTES = 4;

  private final SquashfsImage image;

  private SquashfsReader(SquashfsImage image) {
    this.image = image;
  }

  /** Whether the image begins as squashfs does, of whatever version and byte order. */
  public static boolean matches(ByteSource image) throws IOException {
    if (image.size() < Superblock.BYTES) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.allocate(MAGIC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    image.read(0, bytes);
    int magic = bytes.getInt(0);
    return magic == Superblock.MAGIC || magic == Superblock.MAGIC_BIG_ENDIAN;
  }

  /**
   * Reads superblock and id table.
   *
   * @param label names the image in errors
   * @param image from the superblock on; there may be more behind its end
   * @param cache for everything that is decoded
   */
  public static SquashfsReader open(String label, ByteSource image, BlockCache cache)
      throws IOException {
    return new SquashfsReader(new SquashfsImage(label, image, cache));
  }

  @Override
  public FilesystemFormat format() {
    return FilesystemFormat.SQUASHFS;
  }

  /** Squashfs has none. */
  @Override
  public String volumeLabel() {
    return "";
  }

  @Override
  public Inode root() throws IOException {
    return image.root();
  }
}
