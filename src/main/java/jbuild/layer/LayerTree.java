package jbuild.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one layer, or of a merged stack of layers, in memory: about 300 bytes an entry.
 * Not safe for use by several threads while it changes.
 */
public final class LayerTree {
  private final Directory root;
  private final List<String> notes = new ArrayList<>();

  /** An empty change set; its root keeps what the layers below say. */
  public LayerTree() {
    this(Directory.implied());
  }

  public LayerTree(Directory root) {
    this.root = root;
  }

  public Directory root() {
    return root;
  }

  /** Whether this tree says what the root directory's attributes are. */
  public boolean rootSpecified() {
    return !root.isImplied();
  }

  /** What was left out or changed on the way into the tree, for people. */
  public List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  public void note(String note) {
    notes.add(note);
  }

  /** The entry at {@code path}; symbolic links are not followed. */
  public @Nullable Inode lookup(BytePath path) {
    Inode inode = root;
    for (ByteString name : path.names()) {
      if (!(inode instanceof Directory directory)) {
        return null;
      }
      inode = directory.child(name);
    }
    return inode;
  }

  /** Adds or replaces an entry; missing parents become implied directories. */
  public void put(BytePath path, Inode inode) {
    List<ByteString> names = path.names();
    Directory directory = root;
    for (ByteString name : names.subList(0, names.size() - 1)) {
      Inode child = directory.child(name);
      if (child instanceof Directory next) {
        directory = next;
      } else {
        Directory made = Directory.implied();
        directory.put(name, made);
        directory = made;
      }
    }
    directory.put(path.name(), inode);
  }

  /**
   * Makes all times later than {@code epochSeconds} equal to it, as SOURCE_DATE_EPOCH asks; earlier
   * ones stay.
   *
   * @see <a href="https://reproducible-builds.org/specs/source-date-epoch/">the specification</a>
   */
  public void clampTimes(long epochSeconds) {
    clampTimes(root, epochSeconds);
  }

  private static void clampTimes(Inode inode, long epochSeconds) {
    if (inode.attributes().isNewerThan(epochSeconds, 0) && !isImplied(inode)) {
      inode.setAttributes(inode.attributes().withMtime(epochSeconds, 0));
    }
    if (inode instanceof Directory directory) {
      for (Inode child : directory.children().values()) {
        clampTimes(child, epochSeconds);
      }
    }
  }

  private static boolean isImplied(Inode inode) {
    return inode instanceof Directory directory && directory.isImplied();
  }

  /**
   * Whether this layer says something that only the layers below can complete: an implied directory
   * below the root (it must keep their attributes, or may be a symbolic link there), or a hard link
   * to a file of theirs. Such a layer must be merged with what is below it; overlayfs would show it
   * wrongly.
   */
  public boolean needsLayersBelow() {
    return needsLayersBelow(root);
  }

  private static boolean needsLayersBelow(Directory directory) {
    for (Inode child : directory.children().values()) {
      if (child instanceof LinkBelow
          || (child instanceof Directory below && (below.isImplied() || needsLayersBelow(below)))) {
        return true;
      }
    }
    return false;
  }
}
