package jbuild.medium;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import jbuild.fs.FilesystemReader;
import jbuild.fs.cpio.CpioReader;
import jbuild.fs.disk.ForeignFormats;
import jbuild.fs.disk.PartitionTable;
import jbuild.fs.disk.Qcow2Image;
import jbuild.fs.erofs.ErofsReader;
import jbuild.fs.ext4.Ext4Reader;
import jbuild.fs.iso9660.Iso9660Reader;
import jbuild.fs.squashfs.SquashfsReader;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.Compression;
import org.jspecify.annotations.Nullable;

/**
 * Tells by content what bytes are, and opens it. ISO 9660 comes before partition tables, since
 * installers' images are often both (isohybrid); file systems come before them because a boot
 * sector looks like an MBR.
 */
final class Opener {
  private final BlockCache cache;
  private final List<ByteSource> devices;

  /**
   * @param devices further devices of EROFS images, in the order of their device tables
   */
  Opener(BlockCache cache, List<ByteSource> devices) {
    this.cache = cache;
    this.devices = List.copyOf(devices);
  }

  /**
   * The bytes that count: of a disk image in the qcow2 format, those of the disk.
   *
   * @param label names it in errors
   */
  ByteSource unwrap(String label, ByteSource source) throws IOException {
    return Qcow2Image.matches(source) ? Qcow2Image.open("qcow2 " + label, source, cache) : source;
  }

  /**
   * Tells what {@code source} is.
   *
   * @param source as {@link #unwrap} gave it
   */
  Content open(String label, ByteSource source) throws IOException {
    FilesystemReader reader = filesystem(label, source);
    if (reader != null) {
      return new Content.Tree(reader);
    }
    String foreign = ForeignFormats.name(source);
    if (foreign != null) {
      return new Content.Foreign(foreign);
    }
    if (PartitionTable.matches(source)) {
      return new Content.Disk(PartitionTable.read("disk " + label, source));
    }
    String compression = compression(source);
    return compression == null ? new Content.Unknown() : new Content.Compressed(compression);
  }

  private @Nullable FilesystemReader filesystem(String label, ByteSource source)
      throws IOException {
    if (Iso9660Reader.matches(source)) {
      return Iso9660Reader.open("iso9660 " + label, source, cache);
    }
    if (SquashfsReader.matches(source)) {
      return SquashfsReader.open("squashfs " + label, source, cache);
    }
    if (ErofsReader.matches(source)) {
      return ErofsReader.open("erofs " + label, source, devices, cache);
    }
    if (Ext4Reader.matches(source)) {
      return Ext4Reader.open("ext4 " + label, source, cache);
    }
    return CpioReader.matches(source) ? CpioReader.open("cpio " + label, source) : null;
  }

  private static @Nullable String compression(ByteSource source) throws IOException {
    int length = (int) Math.min(Compression.HEAD, source.size());
    byte[] head = new byte[Compression.HEAD];
    source.read(0, ByteBuffer.wrap(head, 0, length));
    Compression compression = Compression.detect(head, length);
    return compression == Compression.NONE ? null : compression.format();
  }
}
