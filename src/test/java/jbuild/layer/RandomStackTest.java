package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random stacks of layers: what {@link UnionTree} shows, stacked in any way, is what {@link Merge}
 * makes of the same tars by OCI's rules.
 */
class RandomStackTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 16})
  void stacked_layers_are_the_merged_tree(int count) throws IOException {
    for (int seed = 0; seed < 3; seed++) {
      LayerStack stack = stack(count, seed, false);
      List<LayerUnit> units = new ArrayList<>();
      for (Digest diffId : stack.diffIds) {
        units.add(stack.indexes.ensure(diffId));
      }
      try (UnionTree tree = UnionTree.open(units)) {
        assertSame(stack, tree);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 20})
  void units_as_the_store_chooses_them_are_the_merged_tree(int count) throws IOException {
    for (int seed = 0; seed < 3; seed++) {
      LayerStack stack = stack(count, seed, true);
      stack.indexes.ensureMerged(stack.diffIds.subList(0, count / 2 + 1));
      try (UnionTree tree = stack.union()) {
        assertSame(stack, tree);
      }
    }
  }

  @Test
  void one_index_of_60_layers_is_the_merged_tree() throws IOException {
    LayerStack stack = stack(60, 1, true);
    assertEquals(60, stack.indexes.units(stack.diffIds).get(0).devices().size());
    try (UnionTree tree = stack.union()) {
      assertSame(stack, tree);
    }
  }

  private LayerStack stack(int count, int seed, boolean implied) throws IOException {
    LayerStack stack = new LayerStack(dir.resolve(count + "-" + seed));
    RandomLayers layers = new RandomLayers(1000L * seed + count, implied);
    for (int i = 0; i < count; i++) {
      stack.add(layers.next());
    }
    return stack;
  }

  private static void assertSame(LayerStack stack, UnionTree tree) throws IOException {
    Merge merge = new Merge();
    for (Digest diffId : stack.diffIds) {
      LayerTreeBuilder builder = LayerTreeBuilder.ofChangeSet();
      TarReader reader = new TarReader("test", builder);
      byte[] tar = Files.readAllBytes(stack.blobs.path(diffId));
      reader.feed(tar, 0, tar.length);
      reader.finish();
      merge.add(builder.finish());
    }
    Map<BytePath, Inode> expected = new TreeMap<>();
    collect(merge.tree().root(), BytePath.ROOT, expected);
    Map<BytePath, Entry> seen = new TreeMap<>();
    tree.walk(BytePath.ROOT, entry -> seen.put(entry.path(), entry));
    assertEquals(expected.keySet(), seen.keySet());
    IdentityHashMap<Inode, Long> identities = new IdentityHashMap<>();
    Map<Long, Inode> inodes = new HashMap<>();
    for (Map.Entry<BytePath, Inode> pair : expected.entrySet()) {
      Entry entry = seen.get(pair.getKey());
      assertSame(stack, tree, pair.getValue(), entry);
      assertEquals(entry, tree.lookup(pair.getKey()));
      Long identity = identities.putIfAbsent(pair.getValue(), entry.identity());
      assertEquals(identity == null ? entry.identity() : identity, entry.identity());
      Inode inode = inodes.putIfAbsent(entry.identity(), pair.getValue());
      assertEquals(inode == null ? pair.getValue() : inode, pair.getValue());
    }
    Entry root = tree.lookup(BytePath.ROOT);
    assertEquals(merge.tree().root().attributes(), root == null ? null : root.attributes());
  }

  private static void collect(Directory directory, BytePath path, Map<BytePath, Inode> into) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      BytePath below = path.child(child.getKey());
      into.put(below, child.getValue());
      if (child.getValue() instanceof Directory next) {
        collect(next, below, into);
      }
    }
  }

  private static void assertSame(LayerStack stack, UnionTree tree, Inode expected, Entry seen)
      throws IOException {
    String path = seen.path().toString();
    assertEquals(expected.type(), seen.type(), path);
    assertEquals(expected.attributes(), seen.attributes(), path);
    assertEquals(expected.size(), seen.size(), path);
    if (expected instanceof Symlink link) {
      assertEquals(link.target(), seen.linkTarget(), path);
    }
    if (expected instanceof RegularFile file) {
      byte[] content = new byte[(int) file.size()];
      if (file.data() instanceof FileData.Stored stored) {
        try (FileChannel tar =
            FileChannel.open(stack.blobs.path(stack.diffIds.get(stored.device())))) {
          tar.read(ByteBuffer.wrap(content), stored.offset());
        }
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      tree.read(seen, out);
      assertArrayEquals(content, out.toByteArray(), path);
    }
  }
}
