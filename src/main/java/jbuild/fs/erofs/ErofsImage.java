package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import jbuild.fs.Segment;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Reads images that {@link ErofsWriter} wrote, a piece at a time: opening one costs the superblock,
 * a lookup the directory blocks on its way. What does not follow the format, or needs a part of
 * EROFS that the writer does not use, is a {@link CorruptInputException}; nothing is allocated by a
 * size that was not checked against the image. Safe for use by several threads.
 */
public final class ErofsImage implements Closeable {
  private final String label;
  private final Closeable file;
  private final ByteSource source;
  private final Superblock superblock;

  private ErofsImage(String label, Closeable file, ByteSource source) throws IOException {
    this.label = label;
    this.file = file;
    this.source = new CachedSource(source);
    this.superblock = Superblock.read(label, source);
  }

  public static ErofsImage open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new ErofsImage("index " + path, file, ByteSource.of(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads an image in memory, or any other source. */
  public static ErofsImage of(String label, ByteSource source) throws IOException {
    return new ErofsImage(label, () -> {}, source);
  }

  /** What the writer was told to call the volume. */
  public String volumeName() {
    return superblock.volumeName();
  }

  /** 16 bytes. */
  public ByteString uuid() {
    return superblock.uuid();
  }

  /** The devices, with sizes in whole blocks. */
  public List<ErofsDevice> devices() {
    return superblock.devices();
  }

  /** How many inodes the image has. */
  public long inodes() {
    return superblock.inodes();
  }

  public ImageInode root() throws IOException {
    ImageInode root = inode(superblock.rootNid());
    requireType(root, FileType.DIRECTORY);
    return root;
  }

  /** The inode of that number, as {@link #list} gave it. */
  public ImageInode inode(long nid) throws IOException {
    long position = Math.multiplyExact(nid, ImageLayout.NID_BYTES);
    return new ImageInode(InodeLayout.read(nid, structure("inode", position, InodeLayout.BYTES)));
  }

  /** The entry {@code name} of a directory, or null. Not for {@code .} and {@code ..}. */
  public @Nullable ImageInode lookup(ImageInode directory, ByteString name) throws IOException {
    int low = 0;
    int high = blocks(directory) - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (block(directory, middle).name(0).compareTo(name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    DirectoryBlock block = block(directory, low);
    int index = block.find(name);
    return index < 0 ? null : child(directory, block.nid(index), block.type(index));
  }

  /** Visits the entries in ascending order of their bytes, without {@code .} and {@code ..}. */
  public void list(ImageInode directory, EntryVisitor visitor) throws IOException {
    int blocks = blocks(directory);
    ByteString last = ByteString.EMPTY;
    for (int i = 0; i < blocks; i++) {
      DirectoryBlock block = block(directory, i);
      for (int j = 0; j < block.count(); j++) {
        ByteString name = block.name(j);
        if (name.compareTo(last) <= 0) {
          throw corrupt(directory, "entry out of order: " + name);
        }
        last = name;
        if (!DirectoryBlock.isDots(name)) {
          visitor.entry(name, child(directory, block.nid(j), block.type(j)));
        }
      }
    }
  }

  /** The extended attributes by full name. */
  public SortedMap<ByteString, byte[]> xattrs(ImageInode inode) throws IOException {
    InodeLayout layout = inode.layout();
    return XattrBlock.read(
        structure("extended attributes", layout.xattrPosition(), layout.xattrBytes()));
  }

  public ByteString linkTarget(ImageInode symlink) throws IOException {
    requireType(symlink, FileType.SYMLINK);
    InodeLayout layout = symlink.layout();
    if (layout.size() < 1 || layout.size() > InodeLayout.MAX_TARGET) {
      throw corrupt(symlink, "target of " + layout.size() + " bytes");
    }
    int length = (int) layout.size();
    return structure("target", dataPosition(symlink), length).string("target", length);
  }

  /** Where the content of a regular file lies; what is not covered is zeros. */
  public List<Segment> segments(ImageInode inode) throws IOException {
    requireType(inode, FileType.REGULAR);
    InodeLayout layout = inode.layout();
    long position = ImageLayout.align(layout.inlinePosition(), ChunkTable.ENTRY_BYTES);
    int bytes = ChunkTable.bytesOf(layout, structure("inode", position, 0));
    return ChunkTable.read(layout, structure("chunk table", position, bytes), devices());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Takes one entry of a directory. */
  @FunctionalInterface
  public interface EntryVisitor {
    void entry(ByteString name, ImageInode inode) throws IOException;
  }

  private ImageInode child(ImageInode directory, long nid, FileType type) throws IOException {
    ImageInode child = inode(nid);
    if (child.type() != type) {
      throw corrupt(child, "is a " + child.type() + ", its directory says " + type);
    }
    if (type == FileType.DIRECTORY && nid <= directory.nid()) {
      // Images are written breadth first. This keeps walks over damaged ones from going in circles.
      throw corrupt(child, "directory lies before the one that holds it");
    }
    return child;
  }

  private int blocks(ImageInode directory) throws IOException {
    requireType(directory, FileType.DIRECTORY);
    long size = directory.size();
    if (size < 1 || size > source.size()) {
      throw corrupt(directory, "directory of " + size + " bytes");
    }
    return (int) ((size - 1) / BLOCK) + 1;
  }

  private DirectoryBlock block(ImageInode directory, int index) throws IOException {
    long offset = (long) index * BLOCK;
    int length = (int) Math.min(BLOCK, directory.size() - offset);
    return DirectoryBlock.read(
        structure("directory block", dataPosition(directory) + offset, length));
  }

  private static long dataPosition(ImageInode inode) {
    InodeLayout layout = inode.layout();
    return layout.data() == InodeLayout.FLAT_INLINE
        ? layout.inlinePosition()
        : layout.blockPosition();
  }

  private ByteReader structure(String name, long position, int length) throws IOException {
    return ByteReader.of(label + ": " + name, source, position, length);
  }

  private void requireType(ImageInode inode, FileType type) throws CorruptInputException {
    if (inode.type() != type) {
      throw corrupt(inode, "is a " + inode.type() + ", not a " + type);
    }
  }

  private CorruptInputException corrupt(ImageInode inode, String what) {
    return new CorruptInputException(label + ": inode", inode.nid() * ImageLayout.NID_BYTES, what);
  }
}
