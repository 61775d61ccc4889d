package jbuild.step;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import jbuild.graph.ModeChange;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;
import jbuild.layer.TreeView;
import org.jspecify.annotations.Nullable;

/**
 * Builds the layer of a COPY: puts copies of source objects at places of the file system below,
 * following its symbolic links inside the root, and says no where types conflict. Directories on
 * the way that exist below keep what they are and become part of the layer, so that the layer means
 * the same wherever it is stacked.
 */
final class CopyPlacement {
  private static final int NEW_DIRECTORY_MODE = 0755;
  private static final int SET_GROUP_ID = 02000;

  /** What becomes of owner and mode on the way; null leaves what the source has. */
  record Changes(@Nullable Owner owner, @Nullable ModeChange mode, boolean keepsOwners) {
    /** For members of an archive, whose owners are kept. */
    Changes keepingOwners() {
      return new Changes(owner, mode, true);
    }

    Attributes of(Attributes attributes, boolean directory) {
      Attributes owned = owned(attributes);
      return mode == null ? owned : owned.withMode(mode.apply(owned.mode(), directory));
    }

    Attributes owned(Attributes attributes) {
      if (owner != null) {
        return attributes.withOwner(owner.uid, owner.gid);
      }
      return keepsOwners ? attributes : attributes.withOwner(0, 0);
    }
  }

  /** Numeric user and group. */
  record Owner(int uid, int gid) {}

  private final TreeView below;
  private final Changes changes;
  private final long newDirectoryTime;
  private final LayerTree tree = new LayerTree();

  /** Directories of the layer in which nothing from below can be seen. */
  private final Set<Directory> fresh = Collections.newSetFromMap(new IdentityHashMap<>());

  private final IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();
  private final FileAdopter adopter;

  /** Decides where the content of a copied file is read from. */
  interface FileAdopter {
    FileData adopt(RegularFile original);
  }

  /**
   * @param newDirectoryTime mtime, in seconds since 1970, of directories made on the way
   */
  CopyPlacement(TreeView below, Changes changes, long newDirectoryTime, FileAdopter adopter) {
    this.below = below;
    this.changes = changes;
    this.newDirectoryTime = newDirectoryTime;
    this.adopter = adopter;
  }

  /** What comes now is another source: hard links stay hard links within one only. */
  void nextSource() {
    copies.clear();
  }

  LayerTree tree() {
    return tree;
  }

  Changes changes() {
    return changes;
  }

  /** Whether there is a directory at {@code path}, which must be resolved. */
  boolean isDirectory(BytePath path) throws IOException {
    Inode here = tree.lookup(path);
    if (here != null) {
      return here instanceof Directory;
    }
    Entry entry = below(path);
    return entry != null && entry.type() == FileType.DIRECTORY;
  }

  /** {@code path} without symbolic links. */
  BytePath resolve(BytePath path) throws IOException {
    return below.resolve(path, true);
  }

  /** What the layers below have at {@code path}, unless this layer hides it. */
  @Nullable Entry below(BytePath path) throws IOException {
    Inode here = tree.root();
    for (ByteString name : path.names()) {
      if (!(here instanceof Directory directory) || fresh.contains(directory)) {
        return null;
      }
      here = directory.child(name);
      if (here == null) {
        break;
      }
    }
    return below.lookup(path);
  }

  /** Makes sure of a directory at {@code path} and of those above it. */
  Directory directory(BytePath path) throws IOException {
    return directory(path, false);
  }

  /** As {@link #directory(BytePath)}; what else is at {@code path} itself makes room for it. */
  Directory replaceByDirectory(BytePath path) throws IOException {
    return directory(path, true);
  }

  private Directory directory(BytePath path, boolean replace) throws IOException {
    if (path.isRoot()) {
      return tree.root();
    }
    Directory parent = directory(path.parent(), false);
    Inode here = parent.child(path.name());
    if (here instanceof Directory directory) {
      return directory;
    }
    Entry entry = below(path);
    Entry hidden = entry != null && entry.type() == FileType.DIRECTORY ? entry : null;
    Entry existing = here == null ? hidden : null;
    if (!replace && existing == null && (here != null || entry != null)) {
      throw new CopyException("copy into " + path + ": it is not a directory");
    }
    Directory made = new Directory(existing == null ? newDirectory(parent) : attributes(existing));
    if (existing == null) {
      fresh.add(made);
      // A file of this layer had replaced the directory, which must not show again.
      made.setOpaque(hidden != null);
    }
    parent.put(path.name(), made);
    return made;
  }

  private static Attributes attributes(Entry entry) {
    return new Attributes(
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.mtimeSeconds(),
        entry.mtimeNanos(),
        entry.xattrs());
  }

  /**
   * An octal mode is also that of directories made on the way (fsutil copy.go, MkdirAll). As with
   * mkdir(2), what is made in a set-group-ID directory is one, and its group's.
   */
  private Attributes newDirectory(Directory parent) {
    Attributes usual = Attributes.of(NEW_DIRECTORY_MODE, 0, 0, newDirectoryTime);
    ModeChange mode = changes.mode;
    Attributes made =
        mode != null && mode.isOctal() ? changes.of(usual, true) : changes.owned(usual);
    Attributes around = parent.attributes();
    if ((around.mode() & SET_GROUP_ID) == 0) {
      return made;
    }
    int group = changes.owner == null ? around.gid() : made.gid();
    return made.withOwner(made.uid(), group).withMode(made.mode() | SET_GROUP_ID);
  }

  /** Copies what is in {@code source} into the directory {@code target}, which is resolved. */
  void putContents(Directory source, BytePath target) throws IOException {
    if (!target.isRoot() && !isDirectory(target) && exists(target)) {
      throw new CopyException("copy a directory to " + target + ": cannot copy to non-directory");
    }
    directory(target);
    for (Map.Entry<ByteString, Inode> child : source.children().entrySet()) {
      put(child.getValue(), target.child(child.getKey()));
    }
  }

  /**
   * A directory whose contents were copied gives its time to the one that got them, which otherwise
   * stays what it is (BuildKit, fsutil copy). The root has no time of its own in a layer.
   */
  void takeTime(Directory source, BytePath target) throws IOException {
    if (!target.isRoot()) {
      Attributes from = source.attributes();
      Directory to = directory(target);
      to.setAttributes(to.attributes().withMtime(from.mtimeSeconds(), from.mtimeNanos()));
    }
  }

  /**
   * Copies {@code source} to exactly {@code target}, whose parents are resolved. A directory that
   * is there already becomes like the one of the source (reference, "COPY": conflicts are resolved
   * in favor of what is added).
   */
  void put(Inode source, BytePath target) throws IOException {
    if (source instanceof Directory directory) {
      if (!isDirectory(target) && exists(target)) {
        throw new CopyException("copy a directory to " + target + ": cannot copy to non-directory");
      }
      directory(target).setAttributes(changes.of(directory.attributes(), true));
      putContents(directory, target);
      return;
    }
    if (isDirectory(target)) {
      throw new CopyException(
          "copy a file to " + target + ": there is a directory of that name, which stays");
    }
    replace(source, target, changes);
  }

  /** Puts a copy of something other than a directory at {@code target}, whatever is there. */
  void replace(Inode source, BytePath target, Changes itsChanges) throws IOException {
    directory(target.parent())
        .put(target.name(), copies.computeIfAbsent(source, one -> copy(one, itsChanges)));
  }

  private boolean exists(BytePath path) throws IOException {
    return tree.lookup(path) != null || below(path) != null;
  }

  private Inode copy(Inode source, Changes itsChanges) {
    Attributes attributes = itsChanges.of(source.attributes(), false);
    if (source instanceof RegularFile file) {
      return new RegularFile(attributes, file.size(), adopter.adopt(file));
    }
    if (source instanceof Symlink link) {
      return new Symlink(itsChanges.owned(source.attributes()), link.target());
    }
    if (source instanceof Special special) {
      return new Special(attributes, special.type(), special.deviceMajor(), special.deviceMinor());
    }
    throw new IllegalStateException("a source holds " + source.getClass().getSimpleName());
  }
}
