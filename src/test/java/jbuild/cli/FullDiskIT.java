package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data root on a small ext4 of its own, on which less and less is free. Wherever the disk becomes
 * full, the command says so, leaves nothing, and works when there is room again.
 */
class FullDiskIT {
  @TempDir Path temporary;
  private Path disk;
  private Session session;
  private Leftovers leftovers;

  @BeforeEach
  void mount() throws Exception {
    Jbuild.assumeRoot("mounting a small disk");
    Jbuild.assumeInstalled("mkfs.ext4", "fallocate", "mount");
    Path image = temporary.resolve("disk.img");
    Jbuild.tool("truncate", "-s", "40M", image.toString()).succeeded();
    Jbuild.tool("mkfs.ext4", "-q", "-m", "0", "-N", "2000", image.toString()).succeeded();
    disk = Files.createDirectory(temporary.resolve("disk"));
    Jbuild.tool("mount", "-o", "loop", image.toString(), disk.toString()).succeeded();
    session = new Session(temporary);
    session.set("JBUILD_ROOT", disk.resolve("root").toString());
    session.set("JBUILD_GC", "off");
    session.set("SOURCE_DATE_EPOCH", "1000000000");
    session.makeBox();
    byte[] noise = new byte[1_200_000];
    new Random(1).nextBytes(noise);
    Files.write(session.file("dir/large"), noise);
    session.file("dir/sub/b", "b");
    leftovers = new Leftovers(disk.resolve("root"));
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) { // lazily: lock files stay open as long as their process lives
      Jbuild.tool("umount", "--lazy", disk.toString()).succeeded();
    }
  }

  /** Kilobytes to leave: from none to all that is kept and twice that, and finely at the end. */
  private static List<Integer> free(int kept) {
    List<Integer> free = new ArrayList<>();
    for (int tenth = 0; tenth <= 20; tenth += 2) {
      free.add(kept * tenth / 10);
    }
    for (int less = 4; less <= 64; less += 4) {
      free.add(kept - less);
    }
    return free;
  }

  private long usable() throws IOException {
    return Files.getFileStore(disk).getUsableSpace();
  }

  private void leave(int kilobytes) throws Exception {
    long free = usable();
    long taken = Math.max(4096, free - kilobytes * 1024L);
    Jbuild.tool("fallocate", "-l", Long.toString(taken), disk.resolve("filler").toString());
    try (OutputStream rest = Files.newOutputStream(disk.resolve("filler2"))) {
      while (usable() > kilobytes * 1024L) {
        rest.write(new byte[1024]);
        rest.flush();
      }
    } catch (IOException full) {
      // that is meant
    }
  }

  private void giveBack() throws IOException {
    Files.deleteIfExists(disk.resolve("filler"));
    Files.deleteIfExists(disk.resolve("filler2"));
  }

  @Test
  void a_build_says_that_the_disk_is_full_wherever_that_happens() throws Exception {
    session.file(
        "Buildfile",
        "FROM box",
        "COPY dir /copied/",
        "RUN cat /copied/large >/again; cat /copied/large >>/again && echo x >/copied/sub/b",
        "WORKDIR /made/here");
    becomesFull("-q", "-t", "x", session.context().toString());
  }

  @Test
  void an_import_says_that_the_disk_is_full_wherever_that_happens() throws Exception {
    Path tar = temporary.resolve("dir.tar");
    Jbuild.tool(
            "tar", "-C", session.context().toString(), "--mtime=@0", "-cf", tar.toString(), "dir")
        .succeeded();
    becomesFull("import", "-t", "x", tar.toString());
  }

  private void becomesFull(String... command) throws Exception {
    String wanted = session.jbuild(command).succeeds().out();
    long after = usable();
    forget();
    List<Integer> free = free((int) ((usable() - after) / 1024));
    Set<String> places = new LinkedHashSet<>();
    List<String> wrong = new ArrayList<>();
    int failed = 0;
    for (int kilobytes : free) {
      forget();
      leave(kilobytes);
      Result full = session.jbuild(command);
      Leftovers.threads();
      String at = " with " + kilobytes + " kB free: " + full.err().replace("\n", " / ");
      if (full.code() == 0) {
        assertEquals(wanted, full.out(), at);
      } else {
        failed++;
        String said = full.err().toLowerCase(Locale.ROOT);
        if (!said.contains("no space left") || said.contains("internal error")) {
          wrong.add("not clear" + at);
        }
        places.add(full.err().replaceAll("[0-9a-f]{8,}", "X").replaceAll("[0-9]+", "N"));
      }
      if (!leftovers.temporary().isEmpty()) {
        wrong.add("left " + leftovers.temporary() + at);
      }
      if (!leftovers.damage().isEmpty()) {
        wrong.add("damaged " + leftovers.damage() + at);
      }
      giveBack();
      Result again = session.jbuild(command);
      assertEquals(0, again.code(), "afterwards" + at + again.err());
      assertEquals(wanted, again.out(), "afterwards" + at);
      Result fsck = session.jbuild("fsck");
      assertEquals(0, fsck.code(), "afterwards" + at + fsck.out() + fsck.err());
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(failed > free.size() / 3, failed + " commands met a full disk");
    assertTrue(places.size() > 1, "it became full at " + places);
    System.err.println(
        "FullDiskIT " + command[0] + ": " + failed + " full, at " + places.size() + " places");
  }

  /** Has everything made again. */
  private void forget() throws Exception {
    session.jbuild("rmi", "x"); // a build that failed has made none
    Leftovers.threads();
    String kept = session.jbuild("inspect", "box").succeeds().out();
    for (String directory :
        List.of("blobs/sha256", "index", "cache/steps", "cache/stat", "logs", "trash")) {
      try (Stream<Path> files = Files.list(disk.resolve("root").resolve(directory))) {
        for (Path file : files.toList()) {
          if (!kept.contains(file.getFileName().toString().replaceAll("\\..*", ""))) {
            Jbuild.tool("rm", "-rf", file.toString()).succeeded();
          }
        }
      }
    }
  }
}
