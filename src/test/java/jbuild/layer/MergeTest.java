package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;

/** OCI image-spec, layer.md, "Applying Changesets", case by case. */
class MergeTest {
  private static final String ROOT = "/ DIRECTORY 755 0:0 0+0 implied\n";
  private static final String DIRECTORY = " DIRECTORY 755 0:0 0+0\n";

  private static void merged(String expected, TarBytes... layers) throws LayerException {
    List<LayerTree> trees = new ArrayList<>();
    byte[][] devices = new byte[layers.length][];
    for (int i = 0; i < layers.length; i++) {
      devices[i] = layers[i].end();
      trees.add(Trees.changeSet(devices[i]));
    }
    assertEquals(ROOT + expected, Trees.text(Merge.of(trees), devices));
  }

  private static TarBytes layer() {
    return new TarBytes();
  }

  private static TarBytes directory(String name, int mode) {
    return layer().member(name, '5', "", h -> TarBytes.octal(h, 100, 8, mode));
  }

  private static String file(String name, String content) {
    return name + " REGULAR 644 0:0 0+0 " + content.length() + " " + content + "\n";
  }

  @Test
  void data_is_found_in_the_layer_it_came_from() throws Exception {
    merged(
        file("a", "one") + file("b", "three") + file("c", "two"),
        layer().file("a", "one").file("b", "one"),
        layer().file("c", "two"),
        layer().file("b", "three"));
  }

  @Test
  void whiteout_of_a_directory_hides_its_children_in_lower_layers() throws Exception {
    merged("", layer().file("a/b", "").file("a/c", ""), layer().file(".wh.a", ""));
  }

  @Test
  void whiteout_of_nothing_is_nothing() throws Exception {
    merged(file("a", ""), layer().file("a", ""), layer().file(".wh.b", ""));
  }

  @Test
  void opaque_directory_hides_lower_entries_and_keeps_its_own() throws Exception {
    merged(
        "d" + DIRECTORY + file("d/new", ""),
        layer().file("d/old", "").file("d/e/old", ""),
        layer().file("d/new", "").file("d/.wh..wh..opq", ""));
  }

  @Test
  void opaque_root_hides_everything_below() throws Exception {
    merged(file("b", ""), layer().file("a", ""), layer().file("b", "").file(".wh..wh..opq", ""));
  }

  @Test
  void directory_over_directory_keeps_children_and_takes_attributes() throws Exception {
    merged(
        "d DIRECTORY 711 0:0 0+0\n" + file("d/a", ""),
        layer().directory("d").file("d/a", ""),
        directory("d", 0711));
  }

  @Test
  void implied_directory_keeps_the_attributes_below() throws Exception {
    merged(
        "tmp DIRECTORY 1777 0:0 0+0\n" + file("tmp/x", ""),
        directory("tmp", 01777),
        layer().file("tmp/x", ""));
  }

  @Test
  void anything_else_replaces() throws Exception {
    merged(file("d", ""), layer().file("d/a", ""), layer().file("d", ""));
    merged("f" + DIRECTORY, layer().file("f", ""), layer().directory("f"));
    merged(
        "l" + DIRECTORY + "t" + DIRECTORY,
        layer().directory("t").symlink("l", "t"),
        layer().directory("l"));
    merged("f SYMLINK 777 0:0 0+0 -> t\n", layer().file("f", ""), layer().symlink("f", "t"));
  }

  @Test
  void implied_directory_over_a_file_replaces_it() throws Exception {
    merged("f" + DIRECTORY + file("f/x", ""), layer().file("f", ""), layer().file("f/x", ""));
  }

  @Test
  void parents_are_found_through_symbolic_links_of_lower_layers() throws Exception {
    merged(
        "lib SYMLINK 777 0:0 0+0 -> usr/lib\nusr"
            + DIRECTORY
            + "usr/lib"
            + DIRECTORY
            + file("usr/lib/x", ""),
        layer()
            .directory("usr")
            .directory("usr/lib")
            .file("usr/lib/y", "")
            .symlink("lib", "usr/lib"),
        layer().file("lib/x", "").file("lib/.wh.y", ""));
  }

  @Test
  void parents_through_links_never_leave_the_root() throws Exception {
    merged(
        "l SYMLINK 777 0:0 0+0 -> ../../x\nx" + DIRECTORY + file("x/f", ""),
        layer().symlink("l", "../../x"),
        layer().file("l/f", ""));
  }

  @Test
  void parent_that_is_a_looping_link_becomes_a_directory() throws Exception {
    merged("l" + DIRECTORY + file("l/f", ""), layer().symlink("l", "l"), layer().file("l/f", ""));
  }

  @Test
  void opaque_mark_on_a_link_does_not_clear_its_target() throws Exception {
    merged(
        "l" + DIRECTORY + file("l/new", "") + "t" + DIRECTORY + file("t/old", ""),
        layer().file("t/old", "").symlink("l", "t"),
        layer().file("l/.wh..wh..opq", "").file("l/new", ""));
  }

  @Test
  void final_component_is_never_followed() throws Exception {
    merged(
        file("l", "new") + file("t", "old"),
        layer().file("t", "old").symlink("l", "t"),
        layer().file("l", "new"));
  }

  @Test
  void hard_link_finds_its_file_in_a_lower_layer_even_where_it_is_replaced() throws Exception {
    merged(file("a", "old") + "b = a\n", layer().file("a", "old"), layer().hardLink("b", "a"));
    merged(
        file("b", "old"), layer().file("a", "old"), layer().hardLink("b", "a").file(".wh.a", ""));
  }

  @Test
  void hard_link_without_a_file_below_is_an_error() {
    LayerException e =
        assertThrows(
            LayerException.class,
            () -> merged("", layer().directory("a"), layer().hardLink("b", "a")));
    assertEquals("merge layer 2: hard link to a: no such file below", e.getMessage());
  }

  @Test
  void replacing_one_name_of_a_hard_link_leaves_the_other() throws Exception {
    merged(
        file("a", "new") + file("b", "old"),
        layer().file("a", "old").hardLink("b", "a"),
        layer().file("a", "new"));
  }

  @Test
  void root_attributes_come_from_the_topmost_layer_that_has_them() throws Exception {
    LayerTree tree =
        Merge.of(
            List.of(
                Trees.changeSet(directory("./", 0700).end()),
                Trees.changeSet(directory("./", 0711).end()),
                Trees.changeSet(layer().file("f", "").end())));
    assertTrue(tree.rootSpecified());
    assertEquals(0711, tree.root().mode());
  }

  @Test
  void merging_changes_no_layer() throws Exception {
    LayerTree lower = Trees.changeSet(layer().file("d/a", "").end());
    LayerTree upper = Trees.changeSet(layer().file("d/b", "").file("d/.wh.a", "").end());
    String before = Trees.text(lower) + Trees.text(upper);
    Merge.of(List.of(lower, upper, lower));
    assertEquals(before, Trees.text(lower) + Trees.text(upper));
  }

  @Test
  void four_hundred_layers_merge() throws Exception {
    Merge merge = new Merge();
    byte[][] devices = new byte[400][];
    for (int i = 0; i < devices.length; i++) {
      TarBytes layer = layer().file("own/" + i, "" + i).file("shared", "" + i);
      if (i > 0) {
        layer.file("own/.wh." + (i - 1), "");
      }
      devices[i] = layer.end();
      merge.add(Trees.changeSet(devices[i]));
    }
    assertEquals(
        ROOT + "own" + DIRECTORY + file("own/399", "399") + file("shared", "399"),
        Trees.text(merge.tree(), devices));
  }

  @Test
  void depth_made_by_links_over_many_layers_is_limited() throws Exception {
    Merge merge = new Merge();
    String deep = "d/".repeat(500);
    assertThrows(
        LayerException.class,
        () -> {
          for (int i = 0; i < 5; i++) {
            String link = "l" + i;
            String parent = i == 0 ? "" : "l" + (i - 1) + "/";
            TarBytes layer = layer().pax("path", parent + deep).directory("x");
            layer.pax("linkpath", parent + deep).symlink(link, "x");
            merge.add(Trees.changeSet(layer.end()));
          }
        });
    assertTrue(merge.tree().lookup(BytePath.parse("l0")) instanceof Symlink);
  }
}
