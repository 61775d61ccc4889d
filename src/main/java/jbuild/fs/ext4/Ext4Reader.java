package jbuild.fs.ext4;

import java.io.IOException;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** An ext2, ext3 or ext4 image. */
public final class Ext4Reader implements FilesystemReader {
  private final Volume volume;

  private Ext4Reader(Volume volume) {
    this.volume = volume;
  }

  /** Whether there is a superblock's magic; cheap, and false for whatever cannot be read. */
  public static boolean matches(ByteSource image) {
    return Superblock.matches(image);
  }

  /**
   * Opens an image; one that was not unmounted is read as its journal will leave it.
   *
   * @param label names the image in errors, such as {@code ext4 LiveOS/rootfs.img}
   * @param cache keeps pieces of metadata
   */
  public static Ext4Reader open(String label, ByteSource image, BlockCache cache)
      throws IOException {
    Volume volume = new Volume(label, image, cache);
    if (volume.features().needsRecovery()) {
      volume = new Volume(label, Journal.replay(volume), cache);
    }
    return new Ext4Reader(volume);
  }

  @Override
  public FilesystemFormat format() {
    return FilesystemFormat.EXT4;
  }

  @Override
  public String volumeLabel() {
    return volume.superblock().volumeName();
  }

  @Override
  public Inode root() throws IOException {
    Inode root = Ext4Inode.read(volume, Superblock.ROOT_INODE);
    if (root.type() != FileType.DIRECTORY) {
      throw new CorruptInputException(
          volume.name("inode " + Superblock.ROOT_INODE), 0, "the root is a " + root.type());
    }
    return root;
  }
}
