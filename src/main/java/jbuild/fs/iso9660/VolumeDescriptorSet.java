package jbuild.fs.iso9660;

import static jbuild.fs.iso9660.VolumeDescriptor.BYTES;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/**
 * The volume descriptors from sector 16 on, up to the terminator (ECMA 6.7.1), or to the first
 * sector that is none, for a missing terminator does no harm. Boot records and partitions are
 * passed over, and supplementary descriptors of anything but Joliet.
 *
 * @param primary the first one
 * @param joliet the first supplementary one with names in Unicode
 */
record VolumeDescriptorSet(VolumeDescriptor primary, @Nullable VolumeDescriptor joliet) {
  static final long POSITION = 16 * BYTES;

  /** As many as Linux looks at; discs have three or four. */
  private static final int MOST = 100;

  static VolumeDescriptorSet read(String label, ByteSource image) throws IOException {
    VolumeDescriptor primary = null;
    VolumeDescriptor joliet = null;
    for (int i = 0; i < MOST; i++) {
      long position = POSITION + (long) i * BYTES;
      int type = type(image, position);
      if (type == VolumeDescriptor.NONE || type == VolumeDescriptor.TERMINATOR) {
        break;
      }
      if (type == VolumeDescriptor.PRIMARY && primary == null) {
        primary = read(label, image, position);
      } else if (type == VolumeDescriptor.SUPPLEMENTARY && joliet == null) {
        VolumeDescriptor supplementary = read(label, image, position);
        joliet = supplementary.isJoliet() ? supplementary : null;
      }
    }
    if (primary == null) {
      throw new CorruptInputException(
          label + ": volume descriptors", POSITION, "there is no primary volume descriptor");
    }
    return new VolumeDescriptorSet(primary, joliet);
  }

  private static VolumeDescriptor read(String label, ByteSource image, long position)
      throws IOException {
    return VolumeDescriptor.read(
        ByteReader.of(label + ": volume descriptor", image, position, BYTES));
  }

  /** The type of the descriptor at {@code position}, none when the image ends before it does. */
  static int type(ByteSource image, long position) throws IOException {
    if (position > image.size() - BYTES) {
      return VolumeDescriptor.NONE;
    }
    return VolumeDescriptor.type(
        ByteReader.of("volume descriptor", image, position, VolumeDescriptor.HEADER_BYTES));
  }
}
