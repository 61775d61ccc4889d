package jbuild.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a layer's index alone cannot show, kept in the index's volume name: {@code jbuild-1:} and a
 * letter for each fact that holds. The number is the version of what jbuild writes into indexes;
 * one with another name is not used but made again.
 *
 * @param impliedDirectories (d) a directory other than the root has children but no entry: above
 *     other layers it must keep what they say of it, or it is a symbolic link there
 * @param linksBelow (l) a hard link names a file of the layers below
 * @param opaqueRoot (o) the layer hides everything below it; overlayfs ignores the mark on a root,
 *     so whatever is below must be left out of the stack
 * @param impliedRoot (r) the layer says nothing of the root directory's attributes
 */
public record IndexFacts(
    boolean impliedDirectories, boolean linksBelow, boolean opaqueRoot, boolean impliedRoot) {
  private static final String PREFIX = "jbuild-1:";

  static IndexFacts of(LayerTree tree) {
    boolean implied = false;
    boolean links = false;
    Deque<Directory> todo = new ArrayDeque<>();
    todo.add(tree.root());
    while (!todo.isEmpty()) {
      for (Inode child : todo.remove().children().values()) {
        if (child instanceof Directory directory) {
          implied |= directory.isImplied();
          todo.add(directory);
        } else {
          links |= child instanceof LinkBelow;
        }
      }
    }
    return new IndexFacts(implied, links, tree.root().isOpaque(), !tree.rootSpecified());
  }

  /** Null when the name is not of this version. */
  static @Nullable IndexFacts parse(String volumeName) {
    IndexFacts facts =
        new IndexFacts(
            volumeName.indexOf('d', PREFIX.length()) >= 0,
            volumeName.indexOf('l', PREFIX.length()) >= 0,
            volumeName.indexOf('o', PREFIX.length()) >= 0,
            volumeName.indexOf('r', PREFIX.length()) >= 0);
    return facts.volumeName().equals(volumeName) ? facts : null;
  }

  String volumeName() {
    return PREFIX
        + (impliedDirectories ? "d" : "")
        + (linksBelow ? "l" : "")
        + (opaqueRoot ? "o" : "")
        + (impliedRoot ? "r" : "");
  }

  /** Whether the layer means something only together with those below; overlayfs cannot do it. */
  public boolean needsMerge() {
    return impliedDirectories || linksBelow || (opaqueRoot && impliedRoot);
  }
}
