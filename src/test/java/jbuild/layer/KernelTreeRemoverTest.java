package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTreeRemoverTest {
  @TempDir Path temporary;

  private final KernelTreeRemover remover = new KernelTreeRemover(Syscalls.load());

  @Test
  void names_of_any_bytes_and_all_kinds_of_entries_are_removed() throws Exception {
    Shell shell = new Shell(temporary);
    shell.run("mkdir -p t/a/b t/c; cd t; touch a/f a/b/f; mkfifo c/p; ln a/f c/h");
    shell.run("cd t; mkdir \"$(printf '\\377\\n.')\"; touch \"$(printf '\\377\\n.')\"/x");
    Path tree = temporary.resolve("t");
    remover.remove(tree);
    assertTrue(Files.notExists(tree));
  }

  @Test
  void links_are_removed_and_not_what_they_lead_to() throws Exception {
    new Shell(temporary).run("mkdir t kept; touch kept/f; ln -s ../kept t/l; ln -s kept link");
    remover.remove(temporary.resolve("t"));
    remover.remove(temporary.resolve("link"));
    assertTrue(Files.notExists(temporary.resolve("t")));
    assertTrue(Files.notExists(temporary.resolve("link"), LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(temporary.resolve("kept/f")));
  }

  @Test
  void files_are_removed_too() throws IOException {
    remover.remove(Files.createFile(temporary.resolve("f")));
    assertTrue(Files.notExists(temporary.resolve("f")));
  }

  @Test
  void nothing_there_is_fine() throws IOException {
    remover.remove(temporary.resolve("missing"));
    remover.remove(temporary.resolve("missing/below"));
  }

  @Test
  void what_cannot_be_removed_is_named_and_the_rest_is_gone() throws Exception {
    Shell.assumeRoot("mounts");
    Shell shell = new Shell(temporary);
    shell.run("mkdir -p t/a t/m t/z kept; touch t/a/f t/z/f kept/f; mount --bind kept t/m");
    Path tree = temporary.resolve("t");
    try {
      LayerException failure = assertThrows(LayerException.class, () -> remover.remove(tree));
      assertEquals(
          "remove "
              + tree
              + "/m: invalid cross-device link (something is mounted there; unmount it first)",
          failure.getMessage());
      assertThrows(LayerException.class, () -> remover.remove(tree.resolve("m")));
      assertTrue(Files.exists(temporary.resolve("kept/f")));
      assertTrue(Files.notExists(tree.resolve("a")));
      assertTrue(Files.notExists(tree.resolve("z")));
    } finally {
      shell.run("umount t/m");
    }
    remover.remove(tree);
    assertTrue(Files.notExists(tree));
  }
}
