package jbuild.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * Change sets at random over few names, so that files, directories, links, whiteouts and opaque
 * marks of many layers meet. Directories are described, as overlayfs needs it, unless asked.
 */
final class RandomLayers {
  private final Random random;
  private final boolean implied;

  RandomLayers(long seed, boolean implied) {
    this.random = new Random(seed);
    this.implied = implied;
  }

  LayerStack.Change next() {
    LayerStack.Change change = LayerStack.change();
    change.root(attributes());
    fill(change.tree.root(), 0);
    return change;
  }

  private void fill(Directory directory, int depth) {
    List<Inode> files = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ByteString name = ByteString.of("" + (char) ('a' + random.nextInt(6)));
      if (directory.child(name) == null) {
        directory.put(name, inode(depth, files));
      }
    }
  }

  private Inode inode(int depth, List<Inode> files) {
    int kind = random.nextInt(depth < 3 ? 12 : 7);
    if (kind >= 7) {
      Directory directory =
          implied && random.nextInt(3) == 0 ? Directory.implied() : new Directory(attributes());
      fill(directory, depth + 1);
      directory.setOpaque(!directory.isImplied() && random.nextInt(5) == 0);
      return directory;
    }
    if (kind == 0) {
      return new Symlink(attributes(), ByteString.of(random.nextBoolean() ? "../a" : "/b/c"));
    }
    if (kind == 1) {
      return new Special(attributes(), FileType.FIFO, 0, 0);
    }
    if (kind <= 3) {
      return new Whiteout();
    }
    if (kind == 4 && !files.isEmpty()) {
      return files.get(0);
    }
    byte[] content = new byte[random.nextInt(2000)];
    random.nextBytes(content);
    Inode file = new RegularFile(attributes(), content.length, new FileData.Bytes(content));
    files.add(file);
    return file;
  }

  private Attributes attributes() {
    Attributes attributes =
        Attributes.of(random.nextInt(0777), random.nextInt(2000), 5, random.nextInt(1 << 30));
    return random.nextInt(4) == 0
        ? LayerStack.xattr(attributes, "trusted.x", "" + random.nextInt(100))
        : attributes;
  }
}
