package jbuild.base;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;
import jbuild.medium.FoundRoot;
import org.jspecify.annotations.Nullable;

/**
 * The tree of a root file system in a medium. Where several are stacked, what a higher one takes
 * away is gone: overlayfs' whiteouts (device 0:0) and opaque directories, and those of aufs and of
 * OCI ({@code .wh.NAME}).
 */
final class MediumTree {
  /** PATH_MAX allows no more: every name has a byte and a slash. */
  private static final int MAX_DEPTH = 2048;

  /** NAME_MAX and the longest target of a symbolic link. */
  private static final int MAX_NAME = 255;

  private static final int MAX_TARGET = 4095;

  /** What device numbers the kernel and our indexes hold: MAJOR and MINOR of linux/kdev_t.h. */
  private static final int MAX_MAJOR = (1 << 12) - 1;

  private static final int MAX_MINOR = (1 << 20) - 1;

  private static final ByteString WHITEOUT = ByteString.of(".wh.");
  private static final ByteString OPAQUE = ByteString.of(".wh..wh..opq");
  private static final List<ByteString> OPAQUE_XATTRS =
      ByteString.listOf(List.of("trusted.overlay.opaque", "user.overlay.opaque"));
  private static final List<ByteString> ELSEWHERE_XATTRS =
      ByteString.listOf(
          List.of(
              "trusted.overlay.redirect",
              "user.overlay.redirect",
              "trusted.overlay.metacopy",
              "user.overlay.metacopy"));

  private final boolean forLayer;
  private final XattrFilter xattrs;
  private final ImportProgress progress;
  private final LeftOut leftOut = new LeftOut();

  /**
   * @param forLayer whether names that a layer cannot hold are left out; else they stay
   * @param keepSelinux whether SELinux labels stay
   */
  MediumTree(boolean forLayer, boolean keepSelinux, ImportProgress progress) {
    this.forLayer = forLayer;
    this.xattrs = new XattrFilter(keepSelinux, leftOut);
    this.progress = progress;
  }

  /**
   * A tree to read.
   *
   * @param label names it in messages
   */
  record Source(String label, Inode root) {}

  /** The tree, with a note for each kind of thing that was left out. */
  LayerTree read(FoundRoot root) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (FoundRoot.Layer layer : root.layers()) {
      sources.add(new Source(layer.volume().label(), layer.root()));
    }
    return read(sources);
  }

  /** The trees on one another, the lowest first. */
  LayerTree read(List<Source> sources) throws IOException {
    LayerTree whole = null;
    for (Source source : sources) {
      whole = new OneLayer(source, whole).read();
    }
    if (whole == null) {
      throw new IllegalStateException("a root without layers");
    }
    leftOut.notes().forEach(whole::note);
    return whole;
  }

  private record Visit(Inode inode, Directory directory, MediumFile.Where where, int depth) {}

  /** Adds one tree on top of what is there. */
  private final class OneLayer {
    private final Inode root;
    private final @Nullable LayerTree below;
    private final String label;
    private final Deque<Visit> todo = new ArrayDeque<>();
    private final Set<Long> directories = new HashSet<>();
    private final Map<Long, jbuild.layer.Inode> links = new HashMap<>();

    OneLayer(Source source, @Nullable LayerTree below) {
      this.root = source.root;
      this.below = below;
      this.label = source.label;
    }

    LayerTree read() throws IOException {
      MediumFile.Where where = MediumFile.Where.root(label);
      Attributes attributes = attributes(root, where, ByteString.EMPTY);
      LayerTree tree = below == null ? new LayerTree(new Directory(attributes)) : below;
      tree.root().setAttributes(attributes);
      enter(new Visit(root, tree.root(), where, 0));
      while (!todo.isEmpty()) {
        fill(todo.remove());
      }
      return tree;
    }

    private void enter(Visit visit) throws IOException {
      if (!directories.add(visit.inode.number())) {
        throw new CorruptInputException(
            label + ": directory",
            visit.inode.number(),
            visit.where.of(ByteString.EMPTY) + " is in two places at once");
      }
      if (visit.depth > MAX_DEPTH) {
        throw new BaseException(
            "import " + label + ": directories are nested more than " + MAX_DEPTH + " deep");
      }
      todo.add(visit);
    }

    /** Whiteouts first: they are about what was there before this layer. */
    private void fill(Visit visit) throws IOException {
      Map<ByteString, Inode> children = new TreeMap<>();
      visit.inode.forEachChild(children::put);
      if (below != null) {
        takeAway(visit, children);
      }
      for (Map.Entry<ByteString, Inode> child : children.entrySet()) {
        add(visit, child.getKey(), child.getValue());
      }
    }

    private void takeAway(Visit visit, Map<ByteString, Inode> children) throws IOException {
      if (isOpaque(visit.inode) || children.containsKey(OPAQUE)) {
        visit.directory.clear();
      }
      children
          .entrySet()
          .removeIf(
              child -> {
                ByteString name = child.getKey();
                if (isDeviceZero(child.getValue())) {
                  visit.directory.remove(name);
                  return true;
                }
                if (name.startsWith(WHITEOUT)) {
                  visit.directory.remove(name.substring(WHITEOUT.length()));
                  return true;
                }
                return false;
              });
    }

    private void add(Visit visit, ByteString name, Inode inode) throws IOException {
      check(visit, name);
      if (forLayer && name.startsWith(WHITEOUT)) {
        leftOut.add("file called .wh.… (it would hide another one in a layer)", visit.where, name);
        return;
      }
      if (inode.type() == FileType.DIRECTORY) {
        directory(visit, name, inode);
        return;
      }
      jbuild.layer.Inode made = links.get(inode.number());
      if (made == null) {
        made = make(visit, name, inode);
        if (made == null) {
          return;
        }
        links.put(inode.number(), made);
      }
      visit.directory.put(name, made);
    }

    private void check(Visit visit, ByteString name) throws BaseException {
      if (name.length() > MAX_NAME) {
        throw new BaseException(
            "import "
                + visit.where.of(name.substring(0, 32))
                + "…: a name of "
                + name.length()
                + " bytes; "
                + MAX_NAME
                + " are possible");
      }
    }

    private void directory(Visit visit, ByteString name, Inode inode) throws IOException {
      MediumFile.Where where = visit.where.child(name);
      Attributes attributes = attributes(inode, visit.where, name);
      Directory directory;
      if (visit.directory.child(name) instanceof Directory below) {
        below.setAttributes(attributes);
        directory = below;
      } else {
        directory = new Directory(attributes);
        visit.directory.put(name, directory);
      }
      enter(new Visit(inode, directory, where, visit.depth + 1));
    }

    private jbuild.layer.@Nullable Inode make(Visit visit, ByteString name, Inode inode)
        throws IOException {
      Attributes attributes = attributes(inode, visit.where, name);
      return switch (inode.type()) {
        case REGULAR -> regular(visit, name, inode, attributes);
        case SYMLINK -> new Symlink(attributes, target(visit, name, inode));
        case CHARACTER_DEVICE, BLOCK_DEVICE -> device(visit, name, inode, attributes);
        case FIFO -> new Special(attributes, FileType.FIFO, 0, 0);
        case SOCKET -> socket(visit, name, attributes);
        case DIRECTORY -> throw new IllegalStateException("a directory is no link");
      };
    }

    private RegularFile regular(Visit visit, ByteString name, Inode inode, Attributes attributes) {
      progress.expect(inode.size());
      return new RegularFile(
          attributes,
          inode.size(),
          new FileData.Host(new MediumFile(visit.where, name, inode, progress)));
    }

    private ByteString target(Visit visit, ByteString name, Inode inode) throws IOException {
      ByteString target = inode.linkTarget();
      if (target.isEmpty() || target.length() > MAX_TARGET) {
        throw new BaseException(
            "import "
                + visit.where.of(name)
                + ": a symbolic link with a target of "
                + target.length()
                + " bytes");
      }
      return target;
    }

    private @Nullable Special device(
        Visit visit, ByteString name, Inode inode, Attributes attributes) {
      if (isDeviceZero(inode)) {
        leftOut.add("device 0:0 (it is overlayfs' whiteout)", visit.where, name);
        return null;
      }
      int major = inode.deviceMajor();
      int minor = inode.deviceMinor();
      if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
        leftOut.add("device with numbers that Linux does not have", visit.where, name);
        return null;
      }
      return new Special(attributes, inode.type(), major, minor);
    }

    private @Nullable Special socket(Visit visit, ByteString name, Attributes attributes) {
      if (forLayer) {
        leftOut.add("socket (no archive holds them)", visit.where, name);
        return null;
      }
      return new Special(attributes, FileType.SOCKET, 0, 0);
    }

    private Attributes attributes(Inode inode, MediumFile.Where where, ByteString name)
        throws IOException {
      SortedMap<ByteString, byte[]> all = inode.xattrs();
      for (ByteString elsewhere : ELSEWHERE_XATTRS) {
        if (all.containsKey(elsewhere)) {
          throw new BaseException(
              "import "
                  + where.of(name)
                  + ": overlayfs keeps a part of it elsewhere ("
                  + elsewhere
                  + "), which cannot be read from an image");
        }
      }
      return new Attributes(
          inode.mode(),
          inode.uid(),
          inode.gid(),
          inode.mtimeSeconds(),
          inode.mtimeNanos(),
          xattrs.kept(all, where, name));
    }
  }

  private static boolean isDeviceZero(Inode inode) {
    return inode.type() == FileType.CHARACTER_DEVICE
        && inode.deviceMajor() == 0
        && inode.deviceMinor() == 0;
  }

  private static boolean isOpaque(Inode directory) throws IOException {
    SortedMap<ByteString, byte[]> xattrs = directory.xattrs();
    for (ByteString mark : OPAQUE_XATTRS) {
      byte[] value = xattrs.get(mark);
      if (value != null && value.length > 0 && value[0] == 'y') {
        return true;
      }
    }
    return false;
  }
}
