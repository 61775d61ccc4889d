package jbuild.layer;

import static jbuild.layer.LayerStack.DIR;
import static jbuild.layer.LayerStack.FILE;
import static jbuild.layer.LayerStack.change;
import static jbuild.layer.LayerStack.names;
import static jbuild.layer.LayerStack.text;
import static jbuild.layer.LayerStack.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnionTreeTest {
  @TempDir Path dir;

  private LayerStack stack;

  @BeforeEach
  void makeStore() throws IOException {
    stack = new LayerStack(dir);
  }

  @Test
  void an_upper_file_hides_a_lower_one() throws IOException {
    stack.add(change().dir("d").file("d/a", "old").file("d/b", "b"));
    stack.add(change().dir("d").file("d/a", "new").file("d/c", "c"));
    try (UnionTree tree = stack.union()) {
      assertEquals("new", text(tree, "/d/a"));
      assertEquals("b", text(tree, "/d/b"));
      assertEquals(List.of("a", "b", "c"), names(tree, "/d"));
      assertNull(tree.lookup(BytePath.parse("/d/x")));
      assertNull(tree.lookup(BytePath.parse("/d/a/x")));
    }
  }

  @Test
  void a_whiteout_removes_a_name_and_a_later_layer_may_bring_it_back() throws IOException {
    stack.add(change().dir("d").file("d/a", "1").file("d/b", "1").dir("gone").file("gone/x", ""));
    stack.add(change().dir("d").whiteout("d/a").whiteout("gone"));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("b"), names(tree, "/d"));
      assertEquals(List.of("d"), names(tree, "/"));
      assertNull(tree.lookup(BytePath.parse("/gone/x")));
    }
    stack.add(change().dir("gone").file("gone/y", "y"));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("y"), names(tree, "/gone"));
    }
  }

  @Test
  void a_whiteout_in_the_bottom_layer_shows_nothing() throws IOException {
    stack.add(change().dir("d").whiteout("d/a").file("d/b", ""));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("b"), names(tree, "/d"));
      assertNull(tree.lookup(BytePath.parse("/d/a")));
    }
  }

  @Test
  void an_opaque_directory_hides_what_is_below_and_keeps_no_mark() throws IOException {
    stack.add(change().dir("d").file("d/a", "").dir("d/s").file("d/s/x", ""));
    stack.add(change().dir("d", xattr(DIR, "user.k", "v")).opaque("d").file("d/b", ""));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("b"), names(tree, "/d"));
      assertNull(tree.lookup(BytePath.parse("/d/s/x")));
      Entry entry = tree.lookup(BytePath.parse("/d"));
      assertNotNull(entry);
      assertEquals(xattr(DIR, "user.k", "v"), entry.attributes());
    }
  }

  @Test
  void an_opaque_root_hides_all_layers_below() throws IOException {
    stack.add(change().root(DIR).file("a", "a"));
    stack.add(change().root(DIR).opaque("/").file("b", "b"));
    assertEquals(1, stack.indexes.units(stack.diffIds).size());
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("b"), names(tree, "/"));
    }
  }

  @Test
  void an_opaque_root_without_attributes_keeps_those_below() throws IOException {
    stack.add(change().root(DIR.withMode(0711)).file("a", "a"));
    stack.add(change().opaque("/").file("b", "b"));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("b"), names(tree, "/"));
      Entry root = tree.lookup(BytePath.ROOT);
      assertNotNull(root);
      assertEquals(0711, root.mode());
    }
  }

  @Test
  void a_type_change_hides_everything_below() throws IOException {
    stack.add(change().dir("x").file("x/a", "").file("y", "file"));
    stack.add(change().file("x", "file").dir("y").file("y/b", ""));
    stack.add(change().dir("x").file("x/c", ""));
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("c"), names(tree, "/x"));
      assertEquals(List.of("b"), names(tree, "/y"));
    }
  }

  @Test
  void a_directory_has_the_attributes_of_the_topmost_layer_that_has_it() throws IOException {
    stack.add(change().root(DIR.withMode(0700)).dir("d", DIR.withMode(01777)).file("d/a", ""));
    stack.add(change().dir("d", DIR.withOwner(9, 9)));
    stack.add(change().file("other", ""));
    try (UnionTree tree = stack.union()) {
      Entry entry = tree.lookup(BytePath.parse("/d"));
      assertNotNull(entry);
      assertEquals(DIR.withOwner(9, 9), entry.attributes());
      assertEquals(List.of("a"), names(tree, "/d"));
      Entry root = tree.lookup(BytePath.ROOT);
      assertNotNull(root);
      assertEquals(0700, root.mode(), "the upper layers say nothing of the root");
    }
  }

  @Test
  void an_implied_parent_keeps_1777() throws IOException {
    stack.add(change().dir("tmp", DIR.withMode(01777)));
    stack.add(change().file("tmp/x", "x"));
    assertEquals(1, stack.indexes.units(stack.diffIds).size(), "merged, overlayfs cannot do it");
    try (UnionTree tree = stack.union()) {
      Entry tmp = tree.lookup(BytePath.parse("/tmp"));
      assertNotNull(tmp);
      assertEquals(01777, tmp.mode());
      assertEquals("x", text(tree, "/tmp/x"));
    }
  }

  @Test
  void a_parent_that_is_a_link_below_is_passed_through() throws IOException {
    stack.add(change().dir("usr").dir("usr/lib").link("lib", "usr/lib"));
    stack.add(change().file("lib/x", "x"));
    stack.add(change().file("top", ""));
    assertEquals(2, stack.indexes.units(stack.diffIds).size());
    try (UnionTree tree = stack.union()) {
      assertEquals(List.of("x"), names(tree, "/usr/lib"));
      Entry lib = tree.lookup(BytePath.parse("/lib"));
      assertNotNull(lib);
      assertEquals(ByteString.of("usr/lib"), lib.linkTarget());
    }
  }

  @Test
  void a_hard_link_to_a_layer_below_is_the_same_file() throws IOException {
    stack.add(change().file("a", "content"));
    stack.add(change().put("b", new LinkBelow(FILE, ByteString.of("a"))));
    try (UnionTree tree = stack.union()) {
      Entry a = tree.lookup(BytePath.parse("/a"));
      Entry b = tree.lookup(BytePath.parse("/b"));
      assertNotNull(a);
      assertNotNull(b);
      assertEquals(a.identity(), b.identity());
      assertEquals(2, b.links());
      assertEquals("content", text(tree, "/b"));
    }
  }

  @Test
  void names_of_one_file_have_one_identity_and_others_have_others() throws IOException {
    RegularFile file = LayerStack.file("same");
    stack.add(change().put("a", file).put("b", file).file("c", "same"));
    stack.add(change().file("d", "same"));
    try (UnionTree tree = stack.union()) {
      List<Entry> list = tree.list(BytePath.ROOT);
      assertEquals(list.get(0).identity(), list.get(1).identity());
      assertNotEquals(list.get(0).identity(), list.get(2).identity());
      assertNotEquals(list.get(2).identity(), list.get(3).identity());
    }
  }

  @Test
  void links_on_the_way_are_followed_inside_the_tree() throws IOException {
    stack.add(
        change()
            .dir("a")
            .dir("a/b")
            .file("a/b/f", "f")
            .link("a/up", "../../../../a/b")
            .link("abs", "/a/up")
            .link("final", "abs/f")
            .link("dangling", "a/missing/../x"));
    try (UnionTree tree = stack.union()) {
      assertEquals("f", text(tree, "/abs/f"));
      assertEquals(BytePath.parse("/a/b/f"), resolve(tree, "/abs/f", false));
      assertEquals(BytePath.parse("/final"), resolve(tree, "/final", false));
      assertEquals(BytePath.parse("/a/b/f"), resolve(tree, "/final", true));
      assertEquals(BytePath.parse("/a/b/new/x"), resolve(tree, "/abs/new/x", true));
      assertEquals(BytePath.parse("/a/x"), resolve(tree, "/dangling", true));
      assertEquals(BytePath.parse("/no/such"), resolve(tree, "/no/such", true));
      assertEquals(List.of("f"), names(tree, "/abs"));
    }
  }

  private static BytePath resolve(UnionTree tree, String path, boolean followFinal)
      throws IOException {
    return tree.resolve(BytePath.parse(path), followFinal);
  }

  @Test
  void no_layers_make_an_empty_root() throws IOException {
    try (UnionTree tree = stack.union()) {
      Entry root = tree.lookup(BytePath.ROOT);
      assertNotNull(root);
      assertEquals(Attributes.IMPLIED, root.attributes());
      assertEquals(List.of(), tree.list(BytePath.ROOT));
      assertNull(tree.lookup(BytePath.parse("/a")));
      assertEquals(BytePath.parse("/a/b"), tree.resolve(BytePath.parse("/a/b"), true));
    }
  }

  @Test
  void a_loop_of_links_is_an_error() throws IOException {
    stack.add(change().link("a", "b").link("b", "a").link("self", "self/x"));
    try (UnionTree tree = stack.union()) {
      assertThrows(LayerException.class, () -> tree.lookup(BytePath.parse("/a/x")));
      assertThrows(LayerException.class, () -> tree.resolve(BytePath.parse("/self"), true));
      assertNotNull(tree.lookup(BytePath.parse("/a")), "a final link is not followed");
    }
  }

  @Test
  void listing_what_is_no_directory_is_an_error() throws IOException {
    stack.add(change().file("f", ""));
    try (UnionTree tree = stack.union()) {
      assertThrows(LayerException.class, () -> tree.list(BytePath.parse("/f")));
      assertThrows(LayerException.class, () -> tree.list(BytePath.parse("/none")));
      Entry root = tree.lookup(BytePath.ROOT);
      assertNotNull(root);
      assertThrows(LayerException.class, () -> tree.open(root));
    }
  }

  @Test
  void content_is_read_from_the_layer_that_has_it() throws IOException {
    String large = "0123456789".repeat(100_000);
    stack.add(change().file("a", large).file("empty", ""));
    stack.add(change().file("b", large + "!"));
    try (UnionTree tree = stack.union()) {
      assertEquals(large, text(tree, "/a"));
      assertEquals(large + "!", text(tree, "/b"));
      assertEquals("", text(tree, "/empty"));
      Entry a = tree.lookup(BytePath.parse("/a"));
      assertNotNull(a);
      try (InputStream in = tree.open(a)) {
        assertEquals('0', in.read());
        assertEquals(2, in.skip(2));
        assertEquals('3', in.read());
      }
    }
  }

  @Test
  void a_tar_that_was_cut_is_reported_by_the_read() throws IOException {
    stack.add(change().file("a", "x".repeat(5000)));
    try (UnionTree tree = stack.union()) {
      Path tar = stack.blobs.path(stack.diffIds.get(0));
      Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rw-------"));
      try (FileChannel channel = FileChannel.open(tar, StandardOpenOption.WRITE)) {
        channel.truncate(1024);
      }
      LayerException e = assertThrows(LayerException.class, () -> text(tree, "/a"));
      assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
    }
  }
}
