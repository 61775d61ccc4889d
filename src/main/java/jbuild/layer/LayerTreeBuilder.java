package jbuild.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link LayerTree} of a tar's entries, whatever their order.
 *
 * <p>Names are clamped to the root and parents looked up through the symbolic links of the same
 * tar; missing parents are implied. The last of several entries for a name holds, but a directory
 * over a directory keeps its children. Whiteouts and opaque marks ({@code .wh.x}, {@code
 * .wh..wh..opq}) apply to the layers below wherever they stand in the tar, never to entries of
 * their own layer; other {@code .wh..wh.} names, left by aufs, are ignored.
 *
 * <p>What overlayfs would take for its own marks never gets in from outside: {@code
 * trusted.overlay.*}, {@code user.overlay.*} and character devices 0:0 are left out with a note; so
 * are {@code security.selinux}, which belongs to the machine and not to the file unless a tar keeps
 * it on purpose ({@code RHT.security.selinux}), and attributes no Linux file system stores.
 */
public final class LayerTreeBuilder implements TarEntrySink {
  private static final ByteString WHITEOUT = ByteString.of(".wh.");
  private static final String WHITEOUT_META = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** NAME_MAX of Linux' file systems. */
  private static final int MAX_NAME = 255;

  private record PendingWhiteout(Directory directory, ByteString name) {}

  private final LayerTree tree = new LayerTree();
  private final List<Directory> start = List.of(tree.root());
  private final boolean hasLayersBelow;
  private final boolean isLayer;
  private final List<PendingWhiteout> whiteouts = new ArrayList<>();
  private final List<LinkBelow> linksBelow = new ArrayList<>();

  private LayerTreeBuilder(boolean hasLayersBelow, boolean isLayer) {
    this.hasLayersBelow = hasLayersBelow;
    this.isLayer = isLayer;
  }

  /** For a tar that stands alone: a hard link must find its file in it. */
  public static LayerTreeBuilder ofWholeTree() {
    return new LayerTreeBuilder(false, true);
  }

  /** For a layer above others: a hard link may name a file of theirs. */
  public static LayerTreeBuilder ofChangeSet() {
    return new LayerTreeBuilder(true, true);
  }

  /**
   * For a tar that is no layer but somebody's archive: all names in it are just names, and what it
   * says of its root is of no interest where it is unpacked.
   */
  public static LayerTreeBuilder ofArchive() {
    return new LayerTreeBuilder(false, false);
  }

  @Override
  public void note(String note) {
    tree.note(note);
  }

  @Override
  public void entry(TarEntry entry) throws LayerException {
    List<ByteString> names = DirectoryWalk.components(entry.path());
    if (entry.path().isEmpty() && isLayer) {
      throw new LayerException("an entry has no name");
    }
    if (isRoot(names)) {
      if (isLayer) {
        root(entry);
      }
      return;
    }
    int last = names.size() - 1;
    ByteString name = names.get(last);
    if (name.equalsAscii("..")) {
      throw error(entry, "ends in ..");
    }
    checkLengths(entry, names);
    if (isLayer && isAufsMetadata(entry, names)) {
      return;
    }
    DirectoryWalk.Result parent =
        DirectoryWalk.walk(start, names.subList(0, last), Directory::implied);
    Directory directory = parent.directory();
    if (directory == null) {
      throw error(entry, parent.failure());
    }
    if (isLayer && name.equalsAscii(OPAQUE)) {
      directory.setOpaque(true);
    } else if (isLayer && name.startsWith(WHITEOUT)) {
      whiteout(entry, directory, name.substring(WHITEOUT.length()));
    } else if (entry.type() == FileType.DIRECTORY) {
      directory(entry, directory, name);
    } else if (entry.hardLink()) {
      hardLink(entry, directory, name);
    } else {
      Inode inode = inode(entry);
      if (inode != null) {
        directory.put(name, inode);
      }
    }
  }

  private static boolean isRoot(List<ByteString> names) {
    for (ByteString name : names) {
      if (!name.equalsAscii("..")) {
        return false;
      }
    }
    return true;
  }

  private void root(TarEntry entry) throws LayerException {
    if (entry.type() != FileType.DIRECTORY) {
      throw error(entry, "the root must be a directory");
    }
    tree.root().setAttributes(attributes(entry));
  }

  private static void checkLengths(TarEntry entry, List<ByteString> names) throws LayerException {
    for (ByteString name : names) {
      if (name.length() > MAX_NAME) {
        throw error(entry, "a name of " + name.length() + " bytes; " + MAX_NAME + " are possible");
      }
    }
  }

  /** True for what is not a part of the layer. */
  private static boolean isAufsMetadata(TarEntry entry, List<ByteString> names)
      throws LayerException {
    boolean metadata = false;
    for (int i = 0; i < names.size(); i++) {
      ByteString name = names.get(i);
      boolean isLast = i == names.size() - 1;
      if (name.startsWith(WHITEOUT_META)) {
        metadata |= !(isLast && name.equalsAscii(OPAQUE));
      } else if (!isLast && name.startsWith(WHITEOUT)) {
        throw error(entry, "lies below the whiteout " + name);
      }
    }
    return metadata;
  }

  private void whiteout(TarEntry entry, Directory directory, ByteString name)
      throws LayerException {
    if (name.isEmpty() || name.equalsAscii(".") || name.equalsAscii("..")) {
      throw error(entry, "a whiteout that names nothing");
    }
    whiteouts.add(new PendingWhiteout(directory, name));
  }

  private void directory(TarEntry entry, Directory parent, ByteString name) throws LayerException {
    if (parent.child(name) instanceof Directory existing) {
      existing.setAttributes(attributes(entry));
    } else {
      parent.put(name, new Directory(attributes(entry)));
    }
  }

  private void hardLink(TarEntry entry, Directory directory, ByteString name)
      throws LayerException {
    Inode target = lookup(entry.link());
    if (target instanceof Directory) {
      throw error(entry, "hard link to the directory " + entry.link());
    }
    if (target == null) {
      if (!hasLayersBelow) {
        throw error(entry, "hard link to " + entry.link() + ", which is not there (yet)");
      }
      LinkBelow below = new LinkBelow(attributes(entry), entry.link());
      linksBelow.add(below);
      target = below;
    }
    directory.put(name, target);
  }

  private @Nullable Inode lookup(ByteString path) {
    List<ByteString> names = DirectoryWalk.components(path);
    if (isRoot(names)) {
      return tree.root();
    }
    int last = names.size() - 1;
    Directory parent = DirectoryWalk.walk(start, names.subList(0, last), null).directory();
    return parent == null ? null : parent.child(names.get(last));
  }

  private @Nullable Inode inode(TarEntry entry) throws LayerException {
    return switch (entry.type()) {
      case REGULAR -> new RegularFile(attributes(entry), entry.size(), entry.data());
      case SYMLINK -> symlink(entry);
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> special(entry);
      default -> throw error(entry, "cannot be in a layer: " + entry.type());
    };
  }

  private Symlink symlink(TarEntry entry) throws LayerException {
    if (entry.link().length() > DirectoryWalk.MAX_TARGET) {
      throw error(entry, "a symbolic link of " + entry.link().length() + " bytes");
    }
    return new Symlink(attributes(entry), entry.link());
  }

  private @Nullable Special special(TarEntry entry) {
    if (entry.type() == FileType.CHARACTER_DEVICE && entry.major() == 0 && entry.minor() == 0) {
      tree.note(entry.path() + ": left out, device 0:0 is overlayfs' whiteout");
      return null;
    }
    return new Special(attributes(entry), entry.type(), entry.major(), entry.minor());
  }

  private Attributes attributes(TarEntry entry) {
    SortedMap<ByteString, byte[]> xattrs = entry.attributes().xattrs();
    if (xattrs.isEmpty()) {
      return entry.attributes();
    }
    SortedMap<ByteString, byte[]> kept = new TreeMap<>();
    for (Map.Entry<ByteString, byte[]> xattr : xattrs.entrySet()) {
      if (xattr.getKey().equalsAscii(Xattrs.SELINUX_RECORD)) {
        kept.put(Xattrs.SELINUX, xattr.getValue());
      } else if (Xattrs.belongToLayers(xattr.getKey(), xattr.getValue())) {
        kept.put(xattr.getKey(), xattr.getValue());
      } else {
        tree.note(entry.path() + ": extended attribute left out: " + xattr.getKey());
      }
    }
    return entry.attributes().withXattrs(kept.isEmpty() ? Attributes.NO_XATTRS : kept);
  }

  /**
   * The tree, when the last entry was given.
   *
   * @throws LayerException when a hard link came before its file
   */
  public LayerTree finish() throws LayerException {
    for (LinkBelow link : linksBelow) {
      Inode target = lookup(link.target());
      if (target != null && !(target instanceof LinkBelow)) {
        throw new LayerException(
            "read tar: hard link to " + link.target() + ": the file comes after the link");
      }
    }
    for (PendingWhiteout whiteout : whiteouts) {
      Inode own = whiteout.directory().child(whiteout.name());
      if (own == null) {
        whiteout.directory().put(whiteout.name(), new Whiteout());
      } else if (own instanceof Directory directory) {
        directory.setOpaque(true);
        if (directory.isImplied()) {
          directory.setAttributes(Attributes.IMPLIED); // what was below is gone, attributes too
        }
      }
    }
    tidy(tree.root(), false);
    return tree;
  }

  /**
   * Removes what says nothing: directories that were only passed through, and whatever hides
   * entries of the layers below where these are hidden anyway.
   *
   * @return whether any entry was, or is, in the directory
   */
  private static boolean tidy(Directory directory, boolean belowOpaque) {
    boolean hidesAll = belowOpaque || directory.isOpaque();
    boolean mentioned = false;
    List<ByteString> needless = new ArrayList<>();
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      boolean keeps = true;
      if (child.getValue() instanceof Whiteout) {
        keeps = !hidesAll;
        mentioned = true;
      } else if (child.getValue() instanceof Directory below) {
        keeps = tidy(below, hidesAll) || !below.isImplied() || below.isOpaque();
        if (hidesAll) {
          below.setOpaque(false);
          below.setAttributes(below.attributes()); // nothing below can say more of it
        }
      }
      mentioned |= keeps;
      if (!keeps) {
        needless.add(child.getKey());
      }
    }
    needless.forEach(directory::remove);
    return mentioned;
  }

  private static LayerException error(TarEntry entry, String why) {
    return new LayerException(entry.path() + ": " + why);
  }
}
