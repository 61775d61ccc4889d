package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection on a disk without room, a tmpfs of 8 MiB. */
class GcFullDiskRootTest {
  @TempDir Path temporary;
  private boolean mounted;
  private Session session;

  @BeforeEach
  void mount() throws Exception {
    Jbuild.assumeRoot("mounting a tmpfs");
    session = new Session(temporary);
    Files.createDirectory(session.root());
    run("mount", "-t", "tmpfs", "-o", "size=8m", "full-disk-test", session.root().toString());
    mounted = true;
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) { // lazily: lock files stay open as long as their process lives
      run("umount", "--lazy", session.root().toString());
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  @Test
  void makes_room() throws IOException {
    session.file("file", "x".repeat(1_000_000));
    session.build("kept", "FROM scratch", "COPY file /").succeeds();
    session.file("file", "y".repeat(1_000_000));
    session.build("gone", "FROM scratch", "COPY file /").succeeds();
    session.jbuild("rmi", "gone").succeeds();
    Path filler = session.root().resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[1024]);
      }
    } catch (IOException full) {
      // that was the aim
    }
    assertTrue(session.jbuild("gc", "-a").succeeds().out().contains("reclaimed space: 1.0"));
    session.jbuild("fsck", "--fast").succeeds();
    Files.delete(filler);
    assertEquals(StoreFiles.referred(session.root()), StoreFiles.all(session.root()));
  }
}
