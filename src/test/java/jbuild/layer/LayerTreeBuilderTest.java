package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;

class LayerTreeBuilderTest {
  private static final String ROOT = "/ DIRECTORY 755 0:0 0+0 implied\n";
  private static final String DIRECTORY = " DIRECTORY 755 0:0 0+0";

  private static void shows(TarBytes tar, String expected) throws LayerException {
    byte[] bytes = tar.end();
    assertEquals(ROOT + expected, Trees.text(Trees.changeSet(bytes), bytes));
  }

  @Test
  void whiteout_hides_only_what_is_below_whatever_the_order() throws Exception {
    shows(new TarBytes().file(".wh.x", "").file("x", ""), "x REGULAR 644 0:0 0+0 0 \n");
    shows(new TarBytes().file("x", "").file(".wh.x", ""), "x REGULAR 644 0:0 0+0 0 \n");
    shows(new TarBytes().file("a/.wh.x", ""), "a" + DIRECTORY + " implied\na/x whiteout\n");
  }

  @Test
  void whiteout_beside_a_directory_of_the_same_layer_makes_it_opaque() throws Exception {
    shows(new TarBytes().directory("d/").file(".wh.d", ""), "d" + DIRECTORY + " opaque\n");
  }

  @Test
  void implied_directory_over_a_whiteout_keeps_nothing_from_below() throws Exception {
    shows(
        new TarBytes().file("d/f", "").file(".wh.d", ""),
        "d" + DIRECTORY + " opaque\nd/f REGULAR 644 0:0 0+0 0 \n");
  }

  @Test
  void opaque_mark_holds_wherever_it_stands() throws Exception {
    String expected = "d" + DIRECTORY + " opaque\nd/f REGULAR 644 0:0 0+0 0 \n";
    shows(new TarBytes().directory("d/").file("d/.wh..wh..opq", "").file("d/f", ""), expected);
    shows(new TarBytes().file("d/f", "").file("d/.wh..wh..opq", "").directory("d/"), expected);
  }

  @Test
  void opaque_root_is_a_mark_of_the_root() throws Exception {
    LayerTree tree = Trees.changeSet(new TarBytes().file(".wh..wh..opq", "").end());
    assertTrue(tree.root().isOpaque());
  }

  @Test
  void nothing_below_an_opaque_directory_hides_once_more() throws Exception {
    shows(
        new TarBytes()
            .file("d/.wh..wh..opq", "")
            .file("d/.wh.x", "")
            .file("d/e/.wh..wh..opq", "")
            .file("d/e/.wh.y", "")
            .file("d/e/f", ""),
        "d"
            + DIRECTORY
            + " opaque implied\n"
            + "d/e"
            + DIRECTORY
            + "\n"
            + "d/e/f REGULAR 644 0:0 0+0 0 \n");
  }

  @Test
  void last_entry_for_a_name_holds_but_directories_keep_their_children() throws Exception {
    shows(new TarBytes().file("a", "1").file("a", "2"), "a REGULAR 644 0:0 0+0 1 2\n");
    shows(
        new TarBytes().file("a", "").directory("a").file("a/b", ""),
        "a" + DIRECTORY + "\na/b REGULAR 644 0:0 0+0 0 \n");
    shows(
        new TarBytes().directory("a").file("a/b", "").file("a", ""), "a REGULAR 644 0:0 0+0 0 \n");
    shows(
        new TarBytes()
            .directory("a")
            .file("a/b", "")
            .member("a/", '5', "", h -> TarBytes.octal(h, 100, 8, 0711)),
        "a DIRECTORY 711 0:0 0+0\na/b REGULAR 644 0:0 0+0 0 \n");
  }

  @Test
  void hard_links_are_one_inode_and_may_be_made_of_any_type() throws Exception {
    shows(
        new TarBytes().symlink("a", "t").hardLink("b", "./a").hardLink("c", "/b"),
        "a SYMLINK 777 0:0 0+0 -> t\nb = a\nc = a\n");
  }

  @Test
  void hard_link_keeps_its_file_when_the_first_name_is_replaced() throws Exception {
    shows(
        new TarBytes().file("a", "old").hardLink("b", "a").file("a", "new"),
        "a REGULAR 644 0:0 0+0 3 new\nb REGULAR 644 0:0 0+0 3 old\n");
  }

  @Test
  void hard_link_of_a_change_set_may_name_a_file_below() throws Exception {
    shows(new TarBytes().hardLink("b", "a"), "b link below to a\n");
    assertThrows(
        LayerException.class,
        () -> Trees.changeSet(new TarBytes().hardLink("b", "a").file("a", "").end()));
  }

  @Test
  void says_when_only_layers_below_complete_it() throws Exception {
    assertFalse(
        Trees.changeSet(new TarBytes().directory("d/").file("d/f", "").end()).needsLayersBelow());
    assertTrue(Trees.changeSet(new TarBytes().file("d/f", "").end()).needsLayersBelow());
    assertTrue(Trees.changeSet(new TarBytes().hardLink("a", "b").end()).needsLayersBelow());
  }

  @Test
  void root_entry_sets_the_attributes_of_the_root() throws Exception {
    for (String name : new String[] {".", "./", "/", "..", "a/../"}) {
      byte[] tar = new TarBytes().member(name, '5', "", h -> TarBytes.octal(h, 100, 8, 0711)).end();
      if (name.equals("a/../")) {
        assertThrows(LayerException.class, () -> Trees.changeSet(tar));
        continue;
      }
      LayerTree tree = Trees.changeSet(tar);
      assertTrue(tree.rootSpecified(), name);
      assertEquals(0711, tree.root().mode(), name);
    }
    assertFalse(Trees.changeSet(new TarBytes().file("f", "").end()).rootSpecified());
  }

  @Test
  void t9_a_name_of_three_dots_is_a_name_like_any_other() throws Exception {
    LayerTree tree =
        Trees.changeSet(
            new TarBytes().file("...", "a").directory("..../").file("d/...", "b").end());
    assertFalse(tree.rootSpecified());
    for (String path : new String[] {"/...", "/....", "/d/..."}) {
      assertNotNull(tree.lookup(BytePath.parse(path)), path);
    }
  }

  @Test
  void trees_of_a_thousand_directories_in_each_other_are_fine() throws Exception {
    byte[] tar = new TarBytes().pax("path", "a/".repeat(1000) + "f").file("x", "").end();
    LayerTree tree = Trees.whole(tar);
    assertNotNull(tree.lookup(BytePath.parse("a/".repeat(1000) + "f")));
    assertEquals(Trees.text(tree), Trees.text(Trees.whole(Trees.write(tree, tar))));
  }

  @Test
  void index_shows_overlayfs_marks() throws Exception {
    LayerTree tree =
        Trees.changeSet(
            new TarBytes().file("d/.wh.x", "").file("e/.wh..wh..opq", "").directory("f").end());
    assertEquals("[trusted.overlay.origin]", xattrs(tree, "d"));
    assertEquals("[trusted.overlay.opaque]", xattrs(tree, "e"));
    assertEquals("[]", xattrs(tree, "f"));
  }

  private static String xattrs(LayerTree tree, String path) {
    Inode inode = tree.lookup(BytePath.parse(path));
    assertNotNull(inode);
    return inode.xattrs().keySet().toString();
  }
}
