package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.MediaTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tmpfs of 8 MiB. */
class FullDiskRootTest {
  @TempDir Path temporary;
  private boolean mounted;
  private DataRoot root;
  private BlobStore blobs;

  @BeforeEach
  void mount() throws Exception {
    if (!"root".equals(System.getProperty("user.name"))) {
      System.err.println("FullDiskRootTest skipped: mounting a tmpfs needs root");
      Assumptions.abort("needs root");
    }
    run("mount", "-t", "tmpfs", "-o", "size=8m", "full-disk-test", temporary.toString());
    mounted = true;
    root = new DataRoot(temporary).create();
    blobs = new BlobStore(root);
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) { // lazily: lock files stay open as long as their process lives
      run("umount", "--lazy", temporary.toString());
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor(), List.of(command).toString());
  }

  private long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(root.tmp())) {
      return files.count();
    }
  }

  @Test
  void a_blob_that_does_not_fit_is_a_clear_error_and_leaves_nothing() throws IOException {
    StoreException e =
        assertThrows(
            StoreException.class,
            () -> {
              try (BlobWriter writer = blobs.create()) {
                byte[] megabyte = new byte[1 << 20];
                megabyte[0] = 1; // nothing but zeros takes no room
                for (int i = 0; i < 100; i++) {
                  writer.write(megabyte);
                }
                writer.commit();
              }
            });
    assertTrue(e.getMessage().startsWith("write blob: " + root.tmp()), e.getMessage());
    assertTrue(e.getMessage().contains("no space left on the device"), e.getMessage());
    assertEquals(0, leftovers());
    blobs.put(new byte[2 << 20]);
  }

  @Test
  void references_stay_as_they_are() throws IOException {
    Digest digest = blobs.put(new byte[] {1});
    References references = new References(root);
    Descriptor image = Descriptor.of(MediaTypes.MANIFEST, digest, 1);
    references.put("before", image);
    fill();
    StoreException e = assertThrows(StoreException.class, () -> references.put("after", image));
    assertTrue(e.getMessage().contains("no space left on the device"), e.getMessage());
    assertEquals(
        List.of("before:latest"), references.list().stream().map(Reference::name).toList());
    assertEquals(0, leftovers());
  }

  private void fill() throws IOException {
    byte[] kilobyte = new byte[1024];
    try (var out = Files.newOutputStream(temporary.resolve("filler"))) {
      while (true) {
        out.write(kilobyte);
      }
    } catch (IOException full) {
      // that was the aim
    }
  }
}
