package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jbuild.oci.ImageIndex;
import jbuild.oci.ImageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataRootTest {
  @TempDir Path temporary;

  @Test
  void is_made_as_an_image_layout_without_images() throws IOException {
    DataRoot root = new DataRoot(temporary.resolve("a/b")).create();
    ImageLayout.check(Files.readAllBytes(root.ociLayout()));
    assertEquals(List.of(), ImageIndex.fromJson(Files.readAllBytes(root.indexJson())).manifests());
    for (Path directory :
        List.of(root.blobs(), root.index(), root.stepCache(), root.work(), root.locks())) {
      assertTrue(Files.isDirectory(directory), directory.toString());
    }
    try (Stream<Path> left = Files.list(root.tmp())) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void is_closed_to_other_users() throws IOException {
    DataRoot root = new DataRoot(temporary.resolve("root")).create();
    for (Path directory : List.of(root.root(), root.work(), root.trash(), root.containers())) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }
  }

  @Test
  void can_be_made_by_many_at_once() throws Exception {
    Path path = temporary.resolve("x/root");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<DataRoot>> made = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Callable<DataRoot> make = () -> new DataRoot(path).create();
        made.add(threads.submit(make));
      }
      for (Future<DataRoot> root : made) {
        assertNotNull(root.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void keeps_the_index_that_is_there() throws IOException {
    DataRoot root = new DataRoot(temporary).create();
    Files.writeString(root.indexJson(), "mine");
    root.create();
    assertEquals("mine", Files.readString(root.indexJson()));
  }

  @Test
  void may_lie_behind_a_link() throws IOException {
    Path real = Files.createDirectory(temporary.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    new DataRoot(link.resolve("root")).create();
    assertTrue(Files.exists(real.resolve("root/index.json")));
  }

  @Test
  void says_what_is_in_the_way() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    IOException e = assertThrows(IOException.class, () -> new DataRoot(file).create());
    assertEquals("create data root: " + file + ": is not a directory", e.getMessage());
  }

  @Test
  void this_process_owns_its_names_and_is_alive() throws IOException {
    DataRoot root = new DataRoot(temporary).create();
    Owner self = root.owner();
    assertEquals(ProcessHandle.current().pid(), self.pid());
    assertEquals(self, Owner.parse(root.freshName()));
    assertEquals(false, self.isDead(self));
  }
}
