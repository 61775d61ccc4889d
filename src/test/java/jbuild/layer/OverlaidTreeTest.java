package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;

/** Change sets in memory, on one another. */
class OverlaidTreeTest {
  @Test
  void change_sets_on_one_another_give_each_file_its_own_content() throws Exception {
    try (UnionTree base = UnionTree.open(List.of())) {
      TreeView one = on(on(base, "/etc/passwd", "users"), "/etc/group", "groups");
      TreeView two = on(one, "/etc/hosts", "names");

      // Each asks for the upper file first, which numbers it as the first of its change set.
      assertEquals("names", content(two, "/etc/hosts"));
      assertEquals("groups", content(two, "/etc/group"));
      assertEquals("users", content(two, "/etc/passwd"));
      assertEquals("groups", content(one, "/etc/group"));
      assertEquals("users", content(one, "/etc/passwd"));
    }
  }

  @Test
  void files_of_different_change_sets_are_not_one_file_of_two_names() throws Exception {
    try (UnionTree base = UnionTree.open(List.of())) {
      TreeView tree = on(on(base, "/a", "x"), "/b", "x");
      assertNotEquals(entry(tree, "/a").identity(), entry(tree, "/b").identity());
    }
  }

  private static TreeView on(TreeView below, String path, String content) {
    LayerTree above = new LayerTree();
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    above.put(
        BytePath.parse(path),
        new RegularFile(Attributes.of(0644, 0, 0, 0), bytes.length, new FileData.Bytes(bytes)));
    return new OverlaidTree(
        below, above, file -> new ByteArrayInputStream(((FileData.Bytes) file.data()).bytes()));
  }

  private static Entry entry(TreeView tree, String path) throws IOException {
    Entry entry = tree.lookup(BytePath.parse(path));
    if (entry == null) {
      throw new AssertionError(path + " is not there");
    }
    return entry;
  }

  private static String content(TreeView tree, String path) throws IOException {
    return new String(tree.open(entry(tree, path)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
