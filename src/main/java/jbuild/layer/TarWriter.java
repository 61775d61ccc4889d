package jbuild.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as its canonical tar: one tree has one tar, byte for byte, and reading the tar
 * gives the tree again.
 *
 * <ul>
 *   <li>A directory comes directly before what it holds. In a directory first comes the opaque mark
 *       {@code .wh..wh..opq}, then the whiteouts {@code .wh.NAME}, then the entries, each in
 *       unsigned byte order of NAME. Implied directories have no entry.
 *   <li>Names are relative, without {@code ./} in front; those of directories end in {@code /}. The
 *       root has the entry {@code ./}, the first one, where the tree says what its attributes are.
 *   <li>Headers are ustar. A PAX header stands only before entries that need it: for a name or link
 *       target of more than 100 bytes (the prefix field stays empty), an id above 2,097,151, a size
 *       above 8 GiB, a time with nanoseconds, before 1970 or after 2242, or xattrs ({@code
 *       SCHILY.xattr.NAME}, raw values). Names of up to 100 bytes stand in the header as the bytes
 *       they are, whatever their encoding; longer ones that are not UTF-8 come with {@code
 *       hdrcharset=BINARY}. Records are sorted by key. The ustar field of a number that has a
 *       record is 0 where it does not fit, a long name is cut.
 *   <li>The PAX header is called {@code PaxHeaders/} and the start of the entry's name, mode 0644,
 *       everything else 0. Whiteouts and opaque marks are empty regular files with mode, owner and
 *       time 0. User and group names are empty.
 *   <li>The first of several names of one inode has the content; the others are hard links to it.
 *       Files with holes are written whole, unless their {@link HostFile} tells of islands: then in
 *       GNU tar's sparse format, PAX version 1.0. Symbolic links have mode 0777.
 *   <li>By {@link Order#POSITION} everything but files with content comes first, in the order
 *       above; then these files in the order in which they lie where they come from; then the
 *       further names of each.
 *   <li>Two zero blocks end the tar; no padding to a record of 10 KiB follows.
 * </ul>
 */
public final class TarWriter {
  private static final byte[] ZEROS = new byte[2 * TarHeader.BLOCK];
  private static final Attributes MARK = Attributes.of(0, 0, 0, 0);

  /** The order of the entries. */
  public enum Order {
    /** The same for the same tree. */
    CANONICAL,
    /** Contents in the order of {@link HostFile#position}: each part of an image is read once. */
    POSITION
  }

  /** Writes the content of files to the same output. */
  public interface Content {
    /**
     * Writes the {@code file.size()} bytes of {@code file}; called once for each file that is not
     * empty.
     *
     * @param offset where in the tar the first byte comes to lie
     */
    void write(RegularFile file, long offset) throws IOException;

    /**
     * Writes the islands of a file with holes, one after the other.
     *
     * @param islands as {@link HostFile#islands} gave them
     * @param offset where in the tar the first byte comes to lie
     */
    default void write(RegularFile file, List<HostFile.Island> islands, long offset)
        throws IOException {
      throw new IllegalStateException("not written with holes: " + file.data());
    }
  }

  /** A file whose content comes later, and the name under which. */
  private record Deferred(ByteString path, RegularFile file, long position) {}

  /** One more name of such a file. */
  private record DeferredLink(ByteString path, RegularFile file) {}

  private final OutputStream out;
  private final Content content;
  private final Order order;
  private final List<Deferred> deferred = new ArrayList<>();
  private final List<DeferredLink> deferredLinks = new ArrayList<>();
  private final TarHeaderWriter header = new TarHeaderWriter();

  /** Inodes with several names, and the first of them once it was written. */
  private final IdentityHashMap<Inode, @Nullable ByteString> names = new IdentityHashMap<>();

  private byte[] path = new byte[512];
  private int pathLength;
  private long position;

  /** Neither argument is closed. */
  public TarWriter(OutputStream out, Content content) {
    this(out, content, Order.CANONICAL);
  }

  /** Neither argument is closed. */
  public TarWriter(OutputStream out, Content content, Order order) {
    this.out = out;
    this.content = content;
    this.order = order;
  }

  /**
   * Writes the whole tar.
   *
   * @return its size in bytes
   */
  public long write(LayerTree tree) throws IOException {
    findHardLinks(tree.root(), new IdentityHashMap<>());
    if (tree.rootSpecified()) {
      append(ByteString.of("./"));
      header('5', ByteString.EMPTY, 0, tree.root().attributes(), 0, 0);
      pathLength = 0;
    }
    children(tree.root());
    deferred();
    emit(ZEROS, ZEROS.length);
    return position;
  }

  /** What {@link Order#POSITION} left for the end. */
  private void deferred() throws IOException {
    deferred.sort(Comparator.comparingLong(Deferred::position)); // stable
    LookAhead lookAhead = new LookAhead(deferred.stream().map(Deferred::file).toList());
    for (int i = 0; i < deferred.size(); i++) {
      lookAhead.reading(i);
      setPath(deferred.get(i).path);
      file(deferred.get(i).file);
    }
    for (DeferredLink link : deferredLinks) {
      setPath(link.path);
      header('1', Objects.requireNonNull(names.get(link.file)), 0, link.file.attributes(), 0, 0);
    }
  }

  private void setPath(ByteString whole) {
    pathLength = 0;
    append(whole);
  }

  private void findHardLinks(Directory directory, IdentityHashMap<Inode, Boolean> seen) {
    for (Inode child : directory.children().values()) {
      if (child instanceof Directory below) {
        findHardLinks(below, seen);
      } else if (seen.put(child, true) != null) {
        names.put(child, null);
      }
    }
  }

  private void children(Directory directory) throws IOException {
    int start = pathLength;
    if (directory.isOpaque()) {
      mark(".wh..wh..opq", ByteString.EMPTY);
    }
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      if (child.getValue() instanceof Whiteout) {
        mark(".wh.", child.getKey());
      }
    }
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      if (!(child.getValue() instanceof Whiteout)) {
        if (child.getKey().startsWith(".wh.")) {
          throw new LayerException(
              "write layer: "
                  + path()
                  + child.getKey()
                  + ": no layer can hold this name, it would hide another one");
        }
        append(child.getKey());
        if (child.getValue() instanceof Directory below) {
          directory(below);
          children(below); // the one recursive call: a level costs one frame
        } else {
          entry(child.getValue());
        }
        pathLength = start;
      }
    }
  }

  private void mark(String prefix, ByteString name) throws IOException {
    int start = pathLength;
    append(ByteString.of(prefix));
    append(name);
    header('0', ByteString.EMPTY, 0, MARK, 0, 0);
    pathLength = start;
  }

  private void entry(Inode inode) throws IOException {
    if (names.containsKey(inode)) {
      ByteString first = names.get(inode);
      if (first != null) {
        if (isDeferred(inode)) {
          deferredLinks.add(new DeferredLink(path(), (RegularFile) inode));
          return;
        }
        header('1', first, 0, inode.attributes(), 0, 0);
        return;
      }
      names.put(inode, path());
    }
    if (inode instanceof RegularFile file) {
      if (isDeferred(file)) {
        deferred.add(new Deferred(path(), file, position(file)));
      } else {
        file(file);
      }
    } else if (inode instanceof Symlink link) {
      header('2', link.target(), 0, link.attributes(), 0, 0);
    } else if (inode instanceof LinkBelow link) {
      header('1', link.target(), 0, link.attributes(), 0, 0);
    } else if (inode instanceof Special special) {
      header(
          typeflag(special.type()),
          ByteString.EMPTY,
          0,
          special.attributes(),
          special.deviceMajor(),
          special.deviceMinor());
    } else {
      throw new IllegalStateException("not an entry: " + inode.type());
    }
  }

  private boolean isDeferred(Inode inode) {
    return order == Order.POSITION && inode instanceof RegularFile file && file.size() > 0;
  }

  private static long position(RegularFile file) {
    return file.data() instanceof FileData.Host host ? host.file().position() : 0;
  }

  private void file(RegularFile file) throws IOException {
    List<HostFile.Island> islands =
        file.data() instanceof FileData.Host host ? host.file().islands() : null;
    if (islands != null) {
      sparse(file, islands);
      return;
    }
    header('0', ByteString.EMPTY, file.size(), file.attributes(), 0, 0);
    if (file.size() > 0) {
      content.write(file, position);
      position += file.size();
      pad();
    }
  }

  private void sparse(RegularFile file, List<HostFile.Island> islands) throws IOException {
    byte[] map = SparseText.format(islands);
    long packed = 0;
    for (HostFile.Island island : islands) {
      packed += island.length();
    }
    long size = map.length + packed;
    extended(
        header.paxRecords(
            path, pathLength, ByteString.EMPTY, size, file.size(), file.attributes()));
    header.sparseEntry(path, pathLength, size, file.attributes());
    emit(header.block(), TarHeader.BLOCK);
    emit(map, map.length);
    content.write(file, islands, position);
    position += packed;
    pad();
  }

  private void directory(Directory directory) throws IOException {
    append(ByteString.of("/"));
    if (!directory.isImplied()) {
      header('5', ByteString.EMPTY, 0, directory.attributes(), 0, 0);
    }
  }

  private static char typeflag(FileType type) {
    return switch (type) {
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case FIFO -> '6';
      default -> throw new IllegalStateException("not a device or FIFO: " + type);
    };
  }

  private void header(
      char typeflag, ByteString link, long size, Attributes attributes, int major, int minor)
      throws IOException {
    extended(header.paxRecords(path, pathLength, link, size, attributes));
    header.entry(path, pathLength, typeflag, link, size, attributes, major, minor);
    emit(header.block(), TarHeader.BLOCK);
  }

  private void extended(PaxRecordWriter records) throws IOException {
    if (records.length() > TarReader.MAX_EXTENDED) {
      throw new LayerException(
          "write layer: " + path() + ": more than 1 MiB of extended attributes");
    }
    if (records.length() > 0) {
      header.extended(path, pathLength, records.length());
      emit(header.block(), TarHeader.BLOCK);
      emit(records.bytes(), records.length());
      pad();
    }
  }

  private void pad() throws IOException {
    emit(ZEROS, (int) (-position & (TarHeader.BLOCK - 1)));
  }

  private void emit(byte[] bytes, int count) throws IOException {
    out.write(bytes, 0, count);
    position += count;
  }

  private void append(ByteString name) {
    if (path.length - pathLength < name.length()) {
      path = Arrays.copyOf(path, Math.max(2 * path.length, pathLength + name.length()));
    }
    name.copyTo(path, pathLength);
    pathLength += name.length();
  }

  private ByteString path() {
    return ByteString.of(path, 0, pathLength);
  }
}
