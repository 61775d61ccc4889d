package jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.oci.Digest;
import jbuild.store.BlobStore;
import jbuild.store.BlobWriter;
import jbuild.store.DataRoot;

/** Layers in a store of their own, made one after the other, bottom first. */
final class LayerStack {
  static final Attributes FILE = Attributes.of(0644, 1, 2, 1000);
  static final Attributes DIR = Attributes.of(0755, 3, 4, 2000);

  final DataRoot root;
  final BlobStore blobs;
  final IndexStore indexes;
  final List<Digest> diffIds = new ArrayList<>();

  LayerStack(Path dir) throws IOException {
    root = new DataRoot(dir).create();
    blobs = new BlobStore(root);
    indexes = new IndexStore(root);
  }

  /** A change set put together by hand. */
  static final class Change {
    final LayerTree tree = new LayerTree();

    Change dir(String path, Attributes attributes) {
      Inode existing = tree.lookup(BytePath.parse(path));
      if (existing instanceof Directory directory) {
        directory.setAttributes(attributes);
      } else {
        tree.put(BytePath.parse(path), new Directory(attributes));
      }
      return this;
    }

    Change dir(String path) {
      return dir(path, DIR);
    }

    Change root(Attributes attributes) {
      tree.root().setAttributes(attributes);
      return this;
    }

    Change file(String path, String content) {
      return put(path, LayerStack.file(content));
    }

    Change put(String path, Inode inode) {
      tree.put(BytePath.parse(path), inode);
      return this;
    }

    Change link(String path, String target) {
      return put(path, new Symlink(FILE, ByteString.of(target)));
    }

    Change whiteout(String path) {
      return put(path, new Whiteout());
    }

    Change opaque(String path) {
      BytePath parsed = BytePath.parse(path);
      Inode inode = parsed.isRoot() ? tree.root() : tree.lookup(parsed);
      ((Directory) inode).setOpaque(true);
      return this;
    }
  }

  static Change change() {
    return new Change();
  }

  static RegularFile file(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new RegularFile(FILE, bytes.length, new FileData.Bytes(bytes));
  }

  static Attributes xattr(Attributes attributes, String name, String value) {
    TreeMap<ByteString, byte[]> xattrs = new TreeMap<>();
    xattrs.put(ByteString.of(name), value.getBytes(StandardCharsets.UTF_8));
    return attributes.withXattrs(xattrs);
  }

  /** Writes the change as the next layer, with its index. */
  LayerStack add(Change change) throws IOException {
    Layer layer = new LayerWriter(blobs, indexes, OptionalLong.empty()).write(change.tree);
    diffIds.add(layer.diffId());
    return this;
  }

  /** Takes a tar as it is for the next layer. */
  LayerStack addTar(byte[] tar) throws IOException {
    try (BlobWriter blob = blobs.create()) {
      blob.write(tar, 0, tar.length);
      diffIds.add(blob.commit());
    }
    return this;
  }

  UnionTree union() throws IOException {
    return UnionTree.open(indexes, diffIds);
  }

  Path index(Digest key) {
    return root.index().resolve(key.hex() + ".erofs");
  }

  static String text(UnionTree tree, String path) throws IOException {
    Entry entry = tree.lookup(BytePath.parse(path));
    if (entry == null) {
      return "absent";
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tree.read(entry, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  static List<String> names(UnionTree tree, String path) throws IOException {
    List<String> names = new ArrayList<>();
    for (Entry entry : tree.list(BytePath.parse(path))) {
      names.add(entry.path().name().toString());
    }
    return Collections.unmodifiableList(names);
  }
}
