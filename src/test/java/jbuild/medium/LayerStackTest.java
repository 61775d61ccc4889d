package jbuild.medium;

import static jbuild.fs.FakeInode.directory;
import static jbuild.fs.FakeInode.file;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import jbuild.fs.FakeInode;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;

class LayerStackTest {
  private final FakeInode directory =
      directory()
          .with("readme", file("text"))
          .with("a.b.squashfs", file("x"))
          .with("a.squashfs", file("x"))
          .with("a.b.c.squashfs", file("x"))
          .with("ab.squashfs", file("x"))
          .with("sub.squashfs", directory());

  private List<String> stack() throws IOException {
    return LayerStack.of(directory).stream().map(ByteString::toString).toList();
  }

  @Test
  void all_images_are_stacked_beginnings_of_names_first() throws IOException {
    assertEquals(List.of("a.squashfs", "a.b.squashfs", "a.b.c.squashfs", "ab.squashfs"), stack());
  }

  @Test
  void the_default_source_brings_those_with_beginnings_of_its_name() throws IOException {
    directory.with(
        "install-sources.yaml",
        file(
            """
            - id: one
              path: ab.squashfs
            - id: two
              path: "a.b.squashfs"
              variations:
                other:
                  path: a.b.c.squashfs
              default: true
            """));
    assertEquals(List.of("a.squashfs", "a.b.squashfs"), stack());
  }

  @Test
  void without_a_default_the_first_source_counts() throws IOException {
    directory.with(
        "install-sources.yaml",
        file(
            """
            - id: one
              path: ab.squashfs
            - id: two
              path: a.b.squashfs
            """));
    assertEquals(List.of("ab.squashfs"), stack());
  }

  @Test
  void a_source_that_is_not_there_is_passed_over() throws IOException {
    directory.with("install-sources.yaml", file("- default: true\n  path: no.squashfs\n"));
    assertEquals(4, stack().size());
  }

  @Test
  void a_list_of_modules_gives_the_order() throws IOException {
    directory.with("filesystem.module", file("ab.squashfs\nno.squashfs\na.squashfs\n"));
    assertEquals(List.of("ab.squashfs", "a.squashfs"), stack());
  }
}
