package jbuild.step;

import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
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
 * following its symbolic links inside the root, and says no where types conflict. Directories that
 * exist below keep what they are; those on the way to a new entry become part of the layer, so that
 * the layer means the same wherever it is stacked.
 */
final class CopyPlacement {
  private static final int NEW_DIRECTORY_MODE = 0755;

  /** What becomes of owner and mode on the way; null leaves what the source has. */
  record Changes(@Nullable Owner owner, @Nullable ModeChange mode, boolean keepsOwners) {}

  /** Numeric user and group. */
  record Owner(int uid, int gid) {}

  private final TreeView below;
  private final Changes changes;
  private final long newDirectoryTime;
  private final LayerTree tree = new LayerTree();
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

  /** Whether there is a directory at {@code path}, which must be resolved. */
  boolean isDirectory(BytePath path) throws IOException {
    Inode here = tree.lookup(path);
    if (here != null) {
      return here instanceof Directory;
    }
    Entry entry = below.lookup(path);
    return entry != null && entry.type() == FileType.DIRECTORY;
  }

  /** {@code path} without symbolic links, those of the layer being built included. */
  BytePath resolve(BytePath path) throws IOException {
    return below.resolve(path, true);
  }

  /** Makes sure of a directory at {@code path} and of those above it. */
  Directory directory(BytePath path) throws IOException {
    if (path.isRoot()) {
      return tree.root();
    }
    Directory parent = directory(path.parent());
    Inode here = parent.child(path.name());
    if (here instanceof Directory directory) {
      return directory;
    }
    Entry entry = here == null ? below.lookup(path) : null;
    if (here != null || (entry != null && entry.type() != FileType.DIRECTORY)) {
      throw new CopyException("copy into " + path + ": it is not a directory");
    }
    Directory made =
        new Directory(
            entry != null
                ? new Attributes(
                    entry.mode(),
                    entry.uid(),
                    entry.gid(),
                    entry.mtimeSeconds(),
                    entry.mtimeNanos(),
                    entry.xattrs())
                : owned(Attributes.of(NEW_DIRECTORY_MODE, 0, 0, newDirectoryTime)));
    parent.put(path.name(), made);
    return made;
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

  /** Copies {@code source} to exactly {@code target}, whose parents are resolved. */
  void put(Inode source, BytePath target) throws IOException {
    if (source instanceof Directory directory) {
      if (!exists(target)) {
        Directory made = new Directory(changed(directory.attributes(), true));
        directory(target.parent()).put(target.name(), made);
      }
      putContents(directory, target);
      return;
    }
    if (isDirectory(target)) {
      throw new CopyException(
          "copy a file to " + target + ": there is a directory of that name, which stays");
    }
    directory(target.parent()).put(target.name(), copies.computeIfAbsent(source, this::copy));
  }

  private boolean exists(BytePath path) throws IOException {
    return tree.lookup(path) != null || below.lookup(path) != null;
  }

  private Inode copy(Inode source) {
    Attributes attributes = changed(source.attributes(), false);
    if (source instanceof RegularFile file) {
      return new RegularFile(attributes, file.size(), adopter.adopt(file));
    }
    if (source instanceof Symlink link) {
      return new Symlink(owned(source.attributes()), link.target());
    }
    if (source instanceof Special special) {
      return new Special(attributes, special.type(), special.deviceMajor(), special.deviceMinor());
    }
    throw new IllegalStateException("a source holds " + source.getClass().getSimpleName());
  }

  private Attributes changed(Attributes attributes, boolean directory) {
    Attributes owned = owned(attributes);
    ModeChange mode = changes.mode;
    return mode == null ? owned : owned.withMode(mode.apply(owned.mode(), directory));
  }

  private Attributes owned(Attributes attributes) {
    if (changes.owner != null) {
      return attributes.withOwner(changes.owner.uid, changes.owner.gid);
    }
    return changes.keepsOwners ? attributes : attributes.withOwner(0, 0);
  }
}
