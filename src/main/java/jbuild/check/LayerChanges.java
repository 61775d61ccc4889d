package jbuild.check;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.Inode;
import jbuild.layer.LinkBelow;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;
import org.jspecify.annotations.Nullable;

/** What one layer does to those below it, in bytes by the layer that stores them. */
final class LayerChanges {
  private final TreeView base;
  private final List<LayerFacts> layers;
  private final int number;
  private final Map<Integer, Long> again = new TreeMap<>();
  private final Map<Integer, Long> hidden = new TreeMap<>();

  /** Hard links are stored once. */
  private final Set<RegularFile> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private LayerChanges(TreeView base, List<LayerFacts> layers, int number) {
    this.base = base;
    this.layers = layers;
    this.number = number;
  }

  /** Looks at a layer, and makes its files visible. */
  static LayerChanges of(TreeView base, List<LayerFacts> layers, int number, VisibleFiles visible)
      throws IOException {
    LayerChanges changes = new LayerChanges(base, layers, number);
    changes.directory(layers.get(number).tree().root(), BytePath.ROOT, visible, true);
    return changes;
  }

  /** Contents that are stored a second time, to have another owner, mode or attribute. */
  Map<Integer, Long> again() {
    return again;
  }

  /** Contents that nobody can see any more. */
  Map<Integer, Long> hidden() {
    return hidden;
  }

  /**
   * @param inBase whether the base has a directory of that path
   */
  private void directory(Directory directory, BytePath path, VisibleFiles visible, boolean inBase)
      throws IOException {
    if (directory.isOpaque()) {
      visible.count(hidden);
      visible.clear();
    }
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      ByteString name = child.getKey();
      Inode inode = child.getValue();
      if (inode instanceof Directory below) {
        BytePath place = path.child(name);
        VisibleFiles node = visible.child(name);
        replaceFile(node);
        boolean known = inBase && !below.isOpaque() && isDirectory(place);
        directory(below, place, node, known);
      } else if (inode instanceof RegularFile file) {
        file(file, path.child(name), visible, inBase);
      } else if (!(inode instanceof LinkBelow)) {
        gone(visible.remove(name)); // a whiteout, or something else in its place
      }
    }
  }

  private boolean isDirectory(BytePath path) throws IOException {
    Entry entry = base.lookup(path);
    return entry != null && entry.isDirectory();
  }

  private void replaceFile(VisibleFiles node) {
    VisibleFiles.Stored stored = node.file();
    if (stored != null) {
      hidden.merge(stored.layer(), stored.file().size(), Long::sum);
      node.setFile(null);
    }
  }

  private void gone(@Nullable VisibleFiles node) {
    if (node != null) {
      node.count(hidden);
    }
  }

  private void file(RegularFile file, BytePath path, VisibleFiles visible, boolean inBase)
      throws IOException {
    VisibleFiles below = visible.remove(path.name());
    VisibleFiles.Stored old = below == null ? null : below.file();
    boolean first = seen.add(file);
    if (old != null) {
      boolean same =
          SameFile.is(
              file.size(),
              file.attributes(),
              () -> layers.get(number).contents().open(file),
              old.file().size(),
              old.file().attributes(),
              () -> layers.get(old.layer()).contents().open(old.file()));
      if (!same) {
        gone(below);
      } else if (first) {
        again.merge(old.layer(), file.size(), Long::sum);
      }
    } else {
      gone(below);
      if (inBase && first && isInBase(file, path)) {
        again.merge(ByteRules.BASE, file.size(), Long::sum);
      }
    }
    visible.child(path.name()).setFile(new VisibleFiles.Stored(number, file));
  }

  private boolean isInBase(RegularFile file, BytePath path) throws IOException {
    Entry entry = base.lookup(path);
    return entry != null
        && entry.type() == FileType.REGULAR
        && SameFile.is(
            file.size(),
            file.attributes(),
            () -> layers.get(number).contents().open(file),
            entry.size(),
            entry.attributes(),
            () -> base.open(entry));
  }
}
