package jbuild.base;

import static jbuild.fs.FakeInode.directory;
import static jbuild.fs.FakeInode.file;
import static jbuild.fs.FakeInode.link;
import static jbuild.fs.FakeInode.special;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.fs.FakeInode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import org.junit.jupiter.api.Test;

class MediumTreeTest {
  private final ImportProgress progress = new ImportProgress();

  private LayerTree read(FakeInode... lowestFirst) throws IOException {
    return read(true, false, lowestFirst);
  }

  private LayerTree read(boolean forLayer, boolean keepSelinux, FakeInode... lowestFirst)
      throws IOException {
    List<MediumTree.Source> sources = new ArrayList<>();
    for (FakeInode root : lowestFirst) {
      sources.add(new MediumTree.Source("x.iso", root));
    }
    return new MediumTree(forLayer, keepSelinux, progress).read(sources);
  }

  private static List<String> paths(LayerTree tree) {
    List<String> paths = new ArrayList<>();
    collect("", tree.root(), paths);
    return paths;
  }

  private static void collect(String path, Directory directory, List<String> paths) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      paths.add(path + "/" + child.getKey());
      if (child.getValue() instanceof Directory below) {
        collect(path + "/" + child.getKey(), below, paths);
      }
    }
  }

  private static Inode at(LayerTree tree, String path) {
    return tree.lookup(BytePath.parse(path));
  }

  @Test
  void names_of_one_inode_are_hard_links() throws IOException {
    FakeInode shared = file("one");
    LayerTree tree = read(directory().with("a", shared).with("d", directory().with("b", shared)));
    assertSame(at(tree, "/a"), at(tree, "/d/b"));
    assertEquals(3, progress.total());
  }

  @Test
  void a_higher_layer_replaces_adds_and_takes_away() throws IOException {
    FakeInode below =
        directory()
            .with("kept", file("1"))
            .with("removed", file("2"))
            .with("aufs", file("3"))
            .with("merged", directory().with("old", file("4")))
            .with("opaque", directory().with("old", file("5")))
            .with("file-to-directory", file("6"))
            .with("directory-to-link", directory().with("x", file("7")));
    FakeInode above =
        directory()
            .with("removed", special(FileType.CHARACTER_DEVICE, 0))
            .with(".wh.aufs", file(""))
            .with("merged", directory().with("new", file("8")))
            .with("opaque", directory().xattr("trusted.overlay.opaque", "y").with("new", file("9")))
            .with("file-to-directory", directory())
            .with("directory-to-link", link("kept"));
    LayerTree tree = read(below, above);
    assertEquals(
        List.of(
            "/directory-to-link",
            "/file-to-directory",
            "/kept",
            "/merged",
            "/merged/new",
            "/merged/old",
            "/opaque",
            "/opaque/new"),
        paths(tree));
    assertEquals(FileType.SYMLINK, at(tree, "/directory-to-link").type());
    assertTrue(at(tree, "/opaque").attributes().xattrs().isEmpty());
    assertEquals(List.of(), tree.notes());
  }

  @Test
  void an_aufs_or_oci_mark_makes_a_directory_opaque() throws IOException {
    LayerTree tree =
        read(
            directory().with("d", directory().with("old", file("1"))),
            directory()
                .with("d", directory().with(".wh..wh..opq", file("")).with("new", file("2"))));
    assertEquals(List.of("/d", "/d/new"), paths(tree));
  }

  @Test
  void what_a_layer_cannot_hold_is_left_out_with_one_note_a_kind() throws IOException {
    LayerTree tree =
        read(
            directory()
                .with(".wh.a", file(""))
                .with(".wh.b", file(""))
                .with("socket", special(FileType.SOCKET, 0))
                .with("zero", special(FileType.CHARACTER_DEVICE, 0)));
    assertEquals(List.of(), paths(tree));
    assertEquals(
        List.of(
            "x.iso!/.wh.a: left out, file called .wh.… (it would hide another one in a layer);"
                + " and 1 more",
            "x.iso!/socket: left out, socket (no archive holds them)",
            "x.iso!/zero: left out, device 0:0 (it is overlayfs' whiteout)"),
        tree.notes());
  }

  @Test
  void a_tree_that_becomes_a_directory_keeps_odd_names_and_sockets() throws IOException {
    LayerTree tree =
        read(
            false,
            false,
            directory().with(".wh.a", file("")).with("socket", special(FileType.SOCKET, 0)));
    assertEquals(List.of("/.wh.a", "/socket"), paths(tree));
    assertEquals(List.of(), tree.notes());
  }

  @Test
  void selinux_labels_stay_when_they_are_to_stay() throws IOException {
    FakeInode labelled = file("x").xattr("security.selinux", "etc_t").xattr("user.a", "b");
    FakeInode root = directory().with("x", labelled);
    assertEquals(
        List.of("security.selinux", "user.a"),
        at(read(true, true, root), "/x").attributes().xattrs().keySet().stream()
            .map(ByteString::toString)
            .toList());
    assertEquals(1, at(read(true, false, root), "/x").attributes().xattrs().size());
  }

  @Test
  void a_directory_in_two_places_is_damage_and_not_a_long_walk() {
    FakeInode inner = directory();
    inner.with("again", inner);
    CorruptInputException error =
        assertThrows(CorruptInputException.class, () -> read(directory().with("d", inner)));
    assertTrue(error.getMessage().endsWith("is in two places at once"), error.getMessage());
  }

  @Test
  void directories_cannot_be_nested_without_end() {
    FakeInode deep = directory();
    for (int i = 0; i < 3000; i++) {
      deep = directory().with("d", deep);
    }
    FakeInode root = deep;
    BaseException error = assertThrows(BaseException.class, () -> read(root));
    assertEquals("import x.iso: directories are nested more than 2048 deep", error.getMessage());
  }

  @Test
  void names_that_linux_does_not_have_are_refused() {
    BaseException error =
        assertThrows(BaseException.class, () -> read(directory().with("n".repeat(256), file("x"))));
    assertEquals(
        "import x.iso!/" + "n".repeat(32) + "…: a name of 256 bytes; 255 are possible",
        error.getMessage());
  }

  @Test
  void a_layer_that_needs_overlayfs_to_be_understood_is_refused() {
    FakeInode moved = directory().xattr("trusted.overlay.redirect", "/elsewhere");
    BaseException error =
        assertThrows(BaseException.class, () -> read(directory().with("d", moved)));
    assertEquals(
        "import x.iso!/d: overlayfs keeps a part of it elsewhere (trusted.overlay.redirect), which"
            + " cannot be read from an image",
        error.getMessage());
  }
}
