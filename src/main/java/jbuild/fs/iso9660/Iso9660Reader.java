package jbuild.fs.iso9660;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;

/**
 * Reads an ISO 9660 image. Of its trees the one with Rock Ridge is taken, else that of Joliet, else
 * the plain one, as Linux does. Plain names are those that Linux shows without mount options: in
 * lower case, {@code ;1} and an empty extension's dot gone. (Only where that would make two names
 * of a directory the same are they left in the case in which they are recorded.) Without Rock Ridge
 * all belongs to root and may be read and executed by all.
 *
 * <p>The volume descriptors at sector 16 are those of the last session when a disc's image is one
 * that can be written again, which is how xorriso adds sessions to files.
 */
public final class Iso9660Reader implements FilesystemReader {
  private final String label;
  private final Inode root;

  private Iso9660Reader(String label, Inode root) {
    this.label = label;
    this.root = root;
  }

  /** Whether a volume descriptor lies where the first one must. */
  public static boolean matches(ByteSource image) throws IOException {
    return VolumeDescriptorSet.type(image, VolumeDescriptorSet.POSITION) != VolumeDescriptor.NONE;
  }

  /**
   * Reads the volume descriptors and the root's record.
   *
   * @param label names the image in errors
   * @param cache for the blocks of zisofs files
   */
  public static Iso9660Reader open(String label, ByteSource image, BlockCache cache)
      throws IOException {
    VolumeDescriptorSet descriptors = VolumeDescriptorSet.read(label, image);
    VolumeDescriptor primary = descriptors.primary();
    VolumeDescriptor joliet = descriptors.joliet();
    IsoVolume plain = volume(label, image, cache, primary, Naming.PLAIN, 0);
    DirectoryRecord self = plain.selfRecord(primary.root().extent());
    Extensions extensions = Extensions.of(plain, self);
    if (extensions.rockRidge()) {
      IsoVolume volume = volume(label, image, cache, primary, Naming.ROCK_RIDGE, extensions.skip());
      return new Iso9660Reader(text(primary), new InodeMaker(volume).root(self));
    }
    if (joliet != null) {
      IsoVolume volume = volume(label, image, cache, joliet, Naming.JOLIET, 0);
      return new Iso9660Reader(
          unicode(joliet), new InodeMaker(volume).root(volume.selfRecord(joliet.root().extent())));
    }
    return new Iso9660Reader(text(primary), new InodeMaker(plain).root(self));
  }

  private static IsoVolume volume(
      String label,
      ByteSource image,
      BlockCache cache,
      VolumeDescriptor descriptor,
      Naming naming,
      int skip) {
    return new IsoVolume(label, image, cache, descriptor.blockSize(), naming, skip);
  }

  private static String text(VolumeDescriptor descriptor) {
    return trimmed(new String(descriptor.volumeId().toBytes(), StandardCharsets.UTF_8));
  }

  private static String unicode(VolumeDescriptor descriptor) {
    return trimmed(new String(descriptor.volumeId().toBytes(), StandardCharsets.UTF_16BE));
  }

  private static String trimmed(String padded) {
    int end = padded.length();
    while (end > 0 && (padded.charAt(end - 1) == ' ' || padded.charAt(end - 1) == '\0')) {
      end--;
    }
    return padded.substring(0, end);
  }

  @Override
  public FilesystemFormat format() {
    return FilesystemFormat.ISO9660;
  }

  @Override
  public String volumeLabel() {
    return label;
  }

  @Override
  public Inode root() {
    return root;
  }
}
