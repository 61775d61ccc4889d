package jbuild.layer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.erofs.ErofsImage;
import jbuild.fs.erofs.ImageInode;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/** A {@link LayerUnit} that is open: its index, and its devices once something is read of them. */
final class UnionUnit implements Closeable {
  private static final byte[] YES = {'y'};

  private final int number;
  private final LayerUnit unit;
  private final ErofsImage image;
  private final @Nullable FileChannel[] devices;

  private UnionUnit(int number, LayerUnit unit, ErofsImage image) {
    this.number = number;
    this.unit = unit;
    this.image = image;
    this.devices = new FileChannel[unit.devices().size()];
  }

  static UnionUnit open(int number, LayerUnit unit) throws IOException {
    return new UnionUnit(number, unit, ErofsImage.open(unit.index()));
  }

  ErofsImage image() {
    return image;
  }

  IndexFacts facts() {
    return unit.facts();
  }

  /** Numbers of inodes have 32 bits, so those of all units can share a {@code long}. */
  long identity(ImageInode inode) {
    return ((long) number << 32) + inode.nid();
  }

  boolean isOpaque(ImageInode directory) throws IOException {
    return Arrays.equals(image.xattrs(directory).get(Xattrs.OVERLAY_OPAQUE), YES);
  }

  /** The attributes without overlayfs' marks. */
  Attributes attributes(ImageInode inode) throws IOException {
    return new Attributes(
        inode.mode(),
        inode.uid(),
        inode.gid(),
        inode.mtimeSeconds(),
        inode.mtimeNanos(),
        xattrs(inode));
  }

  private SortedMap<ByteString, byte[]> xattrs(ImageInode inode) throws IOException {
    SortedMap<ByteString, byte[]> all = image.xattrs(inode);
    if (all.isEmpty()) {
      return Attributes.NO_XATTRS;
    }
    TreeMap<ByteString, byte[]> kept = new TreeMap<>(all);
    kept.keySet().removeIf(Xattrs::isOverlayMark);
    return kept.isEmpty() ? Attributes.NO_XATTRS : kept;
  }

  Path devicePath(int device) {
    return unit.devices().get(device);
  }

  synchronized FileChannel device(int device) throws IOException {
    FileChannel channel = devices[device];
    if (channel == null) {
      Path path = devicePath(device);
      try {
        channel = FileChannel.open(path, StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        throw new LayerException("read layer: " + path + ": no such file (was it removed?)", e);
      }
      devices[device] = channel;
    }
    return channel;
  }

  @Override
  public synchronized void close() throws IOException {
    image.close();
    for (FileChannel channel : devices) {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
