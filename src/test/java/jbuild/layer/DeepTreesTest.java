package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.io.ByteString;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that somebody has made to be as deep as the disk is large. */
class DeepTreesTest {
  private static final String NAME = "directory-of-a-deep-tree";
  private static final int DEPTH = 3000;

  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(temporary.resolve("tree"));
  }

  @AfterEach
  void remove() throws IOException {
    new KernelTreeRemover(syscalls).remove(tree); // JUnit would take long
  }

  private void nest(int depth) throws ErrnoException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    ByteString name = ByteString.of(NAME);
    Fd directory = syscalls.openat(Fd.CWD, ByteString.of(tree.toString()), flags, 0);
    for (int i = 0; i < depth; i++) {
      syscalls.mkdirat(directory, name, 0755);
      Fd next = syscalls.openat(directory, name, flags, 0);
      directory.close();
      directory = next;
    }
    directory.close();
  }

  @Test
  void any_depth_is_removed_even_with_names_as_the_remover_gives() throws IOException {
    nest(DEPTH);
    Files.createDirectory(tree.resolve(".moved-up-0"));
    Files.writeString(tree.resolve(".moved-up-1"), "in the way");
    new KernelTreeRemover(syscalls).remove(tree);
    assertTrue(Files.notExists(tree));
  }

  @Test
  void a_tree_of_the_host_that_is_too_deep_to_be_a_layer_is_refused() throws IOException {
    nest(DirectoryWalk.MAX_DEPTH);
    LayerException refused =
        assertThrows(LayerException.class, () -> HostTrees.walk(syscalls, tree));
    String shown = String.join("/", tree.toString(), NAME, NAME, NAME);
    assertEquals(
        "read " + shown + "/...: directories are nested more than 1023 deep", refused.getMessage());
  }

  @Test
  void the_deepest_tree_that_a_layer_can_hold_is_read() throws IOException {
    nest(DirectoryWalk.MAX_DEPTH - 1);
    Inode at = HostTrees.walk(syscalls, tree).root();
    int depth = 0;
    while (at instanceof Directory directory && !directory.children().isEmpty()) {
      at = directory.child(ByteString.of(NAME));
      depth++;
    }
    assertEquals(DirectoryWalk.MAX_DEPTH - 1, depth);
  }
}
