package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.DirEntry;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/** One {@link UpperdirScanner#scan}; directories are taken as in {@link HostWalk}. */
final class UpperdirScan {
  private static final ByteString HERE = ByteString.of(".");
  private static final int COMPARE_SIZE = 128 << 10;

  private final Syscalls syscalls;
  private final OverlayMarks marks;
  private final TreeView lower;
  private final HostInodes inodes;
  private final List<BytePath> sockets = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final List<Unchanged> unchanged = new ArrayList<>();
  private final List<DirEntry> entries = new ArrayList<>();

  UpperdirScan(Syscalls syscalls, OverlayMarks marks, TreeView lower) {
    this.syscalls = syscalls;
    this.marks = marks;
    this.lower = lower;
    this.inodes = new HostInodes(syscalls);
  }

  /**
   * A directory to be read.
   *
   * @param merged whether entries of a directory below are seen through it
   */
  private record Pending(HostDirectory where, BytePath path, Directory directory, boolean merged) {}

  /** A directory that is as the one below; it stays if something in it is not. */
  private record Unchanged(Directory parent, ByteString name, Directory directory) {}

  UpperdirScanner.Changes run(Fd upper) throws IOException {
    HostDirectory top = HostDirectory.top(new HostRoot(syscalls, LongPath.of(syscalls, upper)));
    SortedMap<ByteString, byte[]> xattrs = syscalls.xattrs(upper, HERE);
    marks.checkSelfContained(top, ByteString.EMPTY, xattrs);
    Attributes attributes = HostInodes.attributes(syscalls.fstat(upper), xattrs);
    Entry rootBelow = lower.lookup(BytePath.ROOT);
    boolean asBelow = rootBelow != null && lower.rootAttributes().equals(attributes);
    Directory root = asBelow ? Directory.implied() : new Directory(attributes);

    pending.push(new Pending(top, BytePath.ROOT, root, rootBelow != null));
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      try (Fd directory = LongPath.openDirectory(syscalls, upper, next.where().relative())) {
        read(directory, next);
      } catch (ErrnoException e) {
        throw HostFailure.of("read changes in", next.where().toString(), e);
      }
    }
    removeUnchanged();
    LayerTree tree = new LayerTree(root);
    notes.forEach(tree::note);
    return new UpperdirScanner.Changes(tree, sockets);
  }

  private void read(Fd directory, Pending in) throws IOException {
    entries.clear();
    while (syscalls.getdents64(directory, entries)) {
      // adds to the entries until there are no more
    }
    for (DirEntry entry : entries) {
      try {
        read(directory, in, entry.name());
      } catch (ErrnoException e) {
        String path = in.where().absolute(entry.name()).toString();
        throw HostFailure.of("read changes in", path, e);
      }
    }
  }

  private void read(Fd directory, Pending in, ByteString name) throws IOException {
    FileStat stat = syscalls.statx(directory, name, false);
    BytePath path = in.path().child(name);
    Entry below = in.merged() ? lower.lookup(path) : null;
    if (OverlayMarks.isWhiteout(stat)) {
      hide(in, name, below);
      return;
    }
    if (name.startsWith(".wh.")) {
      throw new LayerException(
          "read changes in "
              + in.where().absolute(name)
              + ": names that begin with .wh. mean removals in a layer (give it another name)");
    }
    if (stat.type() == FileType.SOCKET) {
      notes.add("left out " + path + ": a socket");
      sockets.add(path);
      hide(in, name, below);
      return;
    }
    SortedMap<ByteString, byte[]> xattrs = syscalls.xattrs(directory, name);
    marks.checkSelfContained(in.where(), name, xattrs);
    Inode inode = inodes.make(directory, in.where(), name, stat, xattrs);
    if (inode instanceof Directory child) {
      addDirectory(in, name, path, child, below, marks.isOpaque(xattrs));
    } else if (below == null || stat.links() > 1 || !isUnchanged(inode, below)) {
      // One of several names in the upperdir has become a link to something new: overlayfs gives
      // every name it copies up an inode of its own. So such a name is a change in any case.
      in.directory().put(name, inode);
    }
  }

  private static void hide(Pending in, ByteString name, @Nullable Entry below) {
    if (below != null) {
      in.directory().put(name, new Whiteout());
    }
  }

  private void addDirectory(
      Pending in,
      ByteString name,
      BytePath path,
      Directory child,
      @Nullable Entry below,
      boolean marked)
      throws LayerException {
    boolean directoryBelow = below != null && below.isDirectory();
    boolean merged = directoryBelow && !marked;
    child.setOpaque(directoryBelow && marked);
    in.directory().put(name, child);
    pending.push(new Pending(in.where().childInTree(name), path, child, merged));
    if (merged && below != null && child.attributes().equals(below.attributes())) {
      unchanged.add(new Unchanged(in.directory(), name, child));
    }
  }

  /** Parents were found before their children, so this goes from the bottom up. */
  private void removeUnchanged() {
    for (int i = unchanged.size() - 1; i >= 0; i--) {
      Unchanged candidate = unchanged.get(i);
      if (candidate.directory().children().isEmpty()) {
        candidate.parent().remove(candidate.name());
      }
    }
  }

  private boolean isUnchanged(Inode inode, Entry below) throws IOException {
    if (inode.type() != below.type() || !inode.attributes().equals(below.attributes())) {
      return false;
    }
    if (inode instanceof Symlink link) {
      ByteString target = below.linkTarget();
      return target != null && link.target().equals(target);
    }
    if (inode instanceof RegularFile file && file.data() instanceof FileData.Host host) {
      return file.size() == below.size() && hasContentOf(host.file(), below);
    }
    return inode.size() == below.size()
        && inode.deviceMajor() == below.major()
        && inode.deviceMinor() == below.minor();
  }

  private boolean hasContentOf(HostFile file, Entry below) throws IOException {
    byte[] ours = new byte[(int) Math.min(COMPARE_SIZE, below.size())];
    byte[] theirs = new byte[ours.length];
    try (InputStream mine = Channels.newInputStream(file.open());
        InputStream other = lower.open(below)) {
      int count;
      do {
        count = mine.readNBytes(ours, 0, ours.length);
        int otherCount = other.readNBytes(theirs, 0, theirs.length);
        if (!Arrays.equals(ours, 0, count, theirs, 0, otherCount)) {
          return false;
        }
      } while (count == ours.length);
      return true;
    }
  }
}
