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
    ByteReader bytes = structure("inode", position, InodeLayout.BYTES);
    InodeLayout.requireWritten(bytes);
    StoredInode stored = StoredInode.read(nid, bytes, 0, 0);
    ImageInode inode = new ImageInode(stored);
    boolean chunks = stored.data() == InodeLayout.CHUNK_BASED;
    if (chunks != (stored.fileType() == FileType.REGULAR && stored.size() > 0)) {
      throw corrupt(inode, "data layout " + stored.data() + " does not fit " + stored.fileType());
    }
    if (stored.links() < 1) {
      throw corrupt(inode, "i_nlink is " + stored.links());
    }
    return inode;
  }

  /** The entry {@code name} of a directory, or null. Not for {@code .} and {@code ..}. */
  public @Nullable ImageInode lookup(ImageInode directory, ByteString name) throws IOException {
    DirectoryBlock block = blocks(directory).find(name);
    int index = block.find(name);
    return index < 0 ? null : child(directory, block.nid(index), block.type(index));
  }

  /** Visits the entries in ascending order of their bytes, without {@code .} and {@code ..}. */
  public void list(ImageInode directory, EntryVisitor visitor) throws IOException {
    blocks(directory)
        .forEach(
            (name, block, index) ->
                visitor.entry(name, child(directory, block.nid(index), block.type(index))));
  }

  /** The extended attributes by full name. */
  public SortedMap<ByteString, byte[]> xattrs(ImageInode inode) throws IOException {
    StoredInode layout = inode.layout();
    return XattrBlock.read(
        structure("extended attributes", layout.xattrPosition(), layout.xattrBytes()));
  }

  public ByteString linkTarget(ImageInode symlink) throws IOException {
    requireType(symlink, FileType.SYMLINK);
    StoredInode layout = symlink.layout();
    if (layout.size() < 1 || layout.size() > InodeLayout.MAX_TARGET) {
      throw corrupt(symlink, "target of " + layout.size() + " bytes");
    }
    int length = (int) layout.size();
    return structure("target", dataPosition(symlink), length).string("target", length);
  }

  /** Where the content of a regular file lies; what is not covered is zeros. */
  public List<Segment> segments(ImageInode inode) throws IOException {
    requireType(inode, FileType.REGULAR);
    StoredInode layout = inode.layout();
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

  private DirectoryBlocks blocks(ImageInode directory) throws IOException {
    requireType(directory, FileType.DIRECTORY);
    long size = directory.size();
    if (size < 1 || size > source.size()) {
      throw corrupt(directory, "directory of " + size + " bytes");
    }
    long position = dataPosition(directory);
    return new DirectoryBlocks(
        size,
        BLOCK,
        new DirectoryBlocks.Reading() {
          @Override
          public ByteReader read(long offset, int length) throws IOException {
            return structure("directory block", position + offset, length);
          }
        });
  }

  private static long dataPosition(ImageInode inode) {
    StoredInode layout = inode.layout();
    return layout.data() == InodeLayout.FLAT_INLINE
        ? layout.inlinePosition()
        : layout.block() * BLOCK;
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
