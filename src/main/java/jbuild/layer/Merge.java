package jbuild.layer;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Stacks layers into one tree, as if each was extracted over those before it (OCI image-spec,
 * layer.md, "Applying Changesets"). The result has no whiteouts, opaque marks or implied
 * directories but perhaps the root; the data of the n-th layer added, from 0, is on device n.
 *
 * <p>A layer hides first and adds then, whatever the order in its tar. A directory over a directory
 * keeps the children and takes the new attributes; anything else replaces. A directory that is only
 * implied keeps the attributes below, and passes through a symbolic link to a directory; where the
 * name below is no directory in the end, a new one replaces it. An opaque directory never passes
 * through a link, so it cannot empty the link's target.
 */
public final class Merge {
  private final LayerTree merged = new LayerTree();
  private int device;

  /** Merges {@code layers}, the bottom one first. */
  public static LayerTree of(List<LayerTree> layers) throws LayerException {
    Merge merge = new Merge();
    for (LayerTree layer : layers) {
      merge.add(layer);
    }
    return merge.tree();
  }

  /** The tree of all layers added so far; the next {@link #add} changes it. */
  public LayerTree tree() {
    return merged;
  }

  /**
   * Puts a layer on top. The layer itself is not changed, and no inode is shared with it.
   *
   * @throws LayerException when a hard link finds no file below
   */
  public void add(LayerTree layer) throws LayerException {
    Application application = new Application(device);
    application.findLinks(layer.root());
    List<Directory> top = List.of(merged.root());
    application.hide(layer.root(), top);
    application.add(layer.root(), top);
    device++;
  }

  /** One layer on its way onto the others. */
  private final class Application {
    private final int device;

    /** The inodes made so far; hard links are met several times. */
    private final IdentityHashMap<Inode, Inode> made = new IdentityHashMap<>();

    Application(int device) {
      this.device = device;
    }

    /** Looks up files of the layers below before anything of them is hidden or replaced. */
    void findLinks(Directory from) throws LayerException {
      for (Inode child : from.children().values()) {
        if (child instanceof LinkBelow link && !made.containsKey(link)) {
          made.put(link, fileBelow(link.target()));
        } else if (child instanceof Directory directory) {
          findLinks(directory);
        }
      }
    }

    private Inode fileBelow(ByteString target) throws LayerException {
      List<ByteString> names = DirectoryWalk.components(target);
      if (!names.isEmpty()) {
        int last = names.size() - 1;
        DirectoryWalk.Result parent =
            DirectoryWalk.walk(List.of(merged.root()), names.subList(0, last), null);
        Directory directory = parent.directory();
        Inode file = directory == null ? null : directory.child(names.get(last));
        if (file != null && !(file instanceof Directory)) {
          return file;
        }
      }
      throw new LayerException(
          "merge layer " + (device + 1) + ": hard link to " + target + ": no such file below");
    }

    /**
     * Removes what the layer hides.
     *
     * @param to the directories of the merged tree from its root to the one {@code from} applies to
     */
    void hide(Directory from, List<Directory> to) {
      Directory directory = to.get(to.size() - 1);
      if (from.isOpaque()) {
        directory.clear();
        return;
      }
      for (Map.Entry<ByteString, Inode> child : from.children().entrySet()) {
        if (child.getValue() instanceof Whiteout) {
          directory.remove(child.getKey());
        } else if (child.getValue() instanceof Directory below) {
          List<Directory> next = existing(below, to, child.getKey(), null);
          if (next != null) {
            hide(below, next);
          }
        }
      }
    }

    /** Adds what the layer has. */
    void add(Directory from, List<Directory> to) throws LayerException {
      Directory directory = to.get(to.size() - 1);
      if (!from.isImplied()) {
        directory.setAttributes(from.attributes());
      }
      for (Map.Entry<ByteString, Inode> child : from.children().entrySet()) {
        ByteString name = child.getKey();
        if (child.getValue() instanceof Directory below) {
          List<Directory> next = existing(below, to, name, Merge::unknownDirectory);
          if (next == null) {
            Directory fresh = unknownDirectory();
            directory.put(name, fresh);
            next = append(to, fresh);
          }
          if (next.size() > DirectoryWalk.MAX_DEPTH) {
            throw new LayerException(
                "merge layer " + (device + 1) + ": " + name + ": too many directories deep");
          }
          add(below, next);
        } else if (!(child.getValue() instanceof Whiteout)) {
          directory.put(name, made.computeIfAbsent(child.getValue(), this::copy));
        }
      }
    }

    /**
     * The directory that {@code below}, called {@code name}, applies to; null when there is none.
     */
    private @Nullable List<Directory> existing(
        Directory below,
        List<Directory> to,
        ByteString name,
        @Nullable Supplier<Directory> missing) {
      Inode existing = to.get(to.size() - 1).child(name);
      if (existing instanceof Directory directory) {
        return append(to, directory);
      }
      if (existing instanceof Symlink && below.isImplied() && !below.isOpaque()) {
        return DirectoryWalk.walk(to, List.of(name), missing).directories();
      }
      return null;
    }

    private Inode copy(Inode inode) {
      if (inode instanceof RegularFile file) {
        return new RegularFile(file.attributes(), file.size(), onDevice(file.data()));
      }
      if (inode instanceof Symlink link) {
        return new Symlink(link.attributes(), link.target());
      }
      if (inode instanceof Special special) {
        return new Special(
            special.attributes(), special.type(), special.deviceMajor(), special.deviceMinor());
      }
      throw new IllegalStateException("not to be copied: " + inode.type());
    }

    private FileData onDevice(FileData data) {
      if (data instanceof FileData.Stored stored) {
        return new FileData.Stored(device, stored.offset());
      }
      if (data instanceof FileData.Sparse sparse) {
        return new FileData.Sparse(device, sparse.extents());
      }
      return data;
    }
  }

  /** A directory that no layer describes. */
  private static Directory unknownDirectory() {
    return new Directory(Attributes.IMPLIED);
  }

  private static List<Directory> append(List<Directory> path, Directory last) {
    List<Directory> longer = new ArrayList<>(path.size() + 1);
    longer.addAll(path);
    longer.add(last);
    return longer;
  }
}
