package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** Compares an image with the tree it was written from, in every field. */
final class TreeAssert {
  private final ErofsImage image;
  private final IdentityHashMap<TestInode, Long> seen = new IdentityHashMap<>();
  private final Map<Long, TestInode> byNumber = new HashMap<>();
  private final IdentityHashMap<TestInode, Integer> names = new IdentityHashMap<>();

  private TreeAssert(ErofsImage image) {
    this.image = image;
  }

  private record Pair(String path, TestInode expected, ImageInode seen) {}

  static void assertSame(TestInode root, ErofsImage image) throws IOException {
    TreeAssert tree = new TreeAssert(image);
    ArrayDeque<Pair> queue = new ArrayDeque<>();
    queue.add(new Pair("", root, image.root()));
    while (!queue.isEmpty()) {
      Pair pair = queue.remove();
      tree.inode(pair);
      if (pair.expected.type == FileType.DIRECTORY) {
        tree.directory(pair, queue);
      }
    }
    for (Map.Entry<TestInode, Integer> entry : tree.names.entrySet()) {
      if (entry.getKey().type != FileType.DIRECTORY) {
        assertEquals(entry.getValue(), image.inode(tree.seen.get(entry.getKey())).links());
      }
    }
    assertEquals(tree.seen.size(), image.inodes());
  }

  private void directory(Pair pair, ArrayDeque<Pair> queue) throws IOException {
    TreeMap<ByteString, ImageInode> listed = new TreeMap<>();
    image.list(pair.seen, listed::put);
    assertEquals(pair.expected.children.keySet(), listed.keySet(), pair.path);
    int directories = 0;
    for (Map.Entry<ByteString, TestInode> child : pair.expected.children.entrySet()) {
      ByteString name = child.getKey();
      ImageInode found = image.lookup(pair.seen, name);
      assertNotNull(found, name::toString);
      assertEquals(listed.get(name).nid(), found.nid());
      names.merge(child.getValue(), 1, Integer::sum);
      directories += child.getValue().type == FileType.DIRECTORY ? 1 : 0;
      queue.add(new Pair(pair.path + "/" + name, child.getValue(), found));
    }
    assertEquals(2 + directories, pair.seen.links(), pair.path);
  }

  private void inode(Pair pair) throws IOException {
    TestInode expected = pair.expected;
    ImageInode inode = pair.seen;
    String path = pair.path;
    assertEquals(expected.type, inode.type(), path);
    assertEquals(expected.mode, inode.mode(), path);
    assertEquals(expected.uid, inode.uid(), path);
    assertEquals(expected.gid, inode.gid(), path);
    assertEquals(expected.seconds, inode.mtimeSeconds(), path);
    assertEquals(expected.nanos, inode.mtimeNanos(), path);
    assertEquals(expected.major, inode.deviceMajor(), path);
    assertEquals(expected.minor, inode.deviceMinor(), path);
    SortedMap<ByteString, byte[]> xattrs = image.xattrs(inode);
    assertEquals(expected.xattrs.keySet(), xattrs.keySet(), path);
    xattrs.forEach((name, value) -> assertArrayEquals(expected.xattrs.get(name), value, path));
    if (expected.type == FileType.REGULAR) {
      assertEquals(expected.size, inode.size(), path);
      assertEquals(expected.segments, image.segments(inode), path);
    }
    if (expected.type == FileType.SYMLINK) {
      assertEquals(expected.target, image.linkTarget(inode), path);
    }
    Long number = seen.putIfAbsent(expected, inode.nid());
    assertEquals(number == null ? inode.nid() : number, inode.nid(), path);
    TestInode same = byNumber.putIfAbsent(inode.nid(), expected);
    assertEquals(same == null ? expected : same, expected, path);
  }
}
