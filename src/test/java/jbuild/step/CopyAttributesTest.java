package jbuild.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Layer;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a COPY keeps that the tables of cases do not show. */
class CopyAttributesTest {
  private static final ByteString NAME = ByteString.of("user.key");

  private final Syscalls syscalls = Syscalls.load();

  @TempDir Path temporary;

  @Test
  void extended_attributes_and_nanoseconds_are_kept() throws Exception {
    try (CopyBench bench = new CopyBench(temporary, syscalls)) {
      bench.context(List.of("d/", "d/a : A"));
      Path file = bench.context().resolve("d/a");
      byte[] value = {1, 0, 2};
      syscalls.setxattr(Fd.CWD, ByteString.of(file.toString()), NAME, value);
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(5, 123_456_789)));
      Layer layer = bench.copy("COPY --chown=7:8 --chmod=4755 d /to");
      Attributes copied = layer.tree().lookup(BytePath.parse("/to/a")).attributes();
      assertArrayEquals(value, copied.xattrs().get(NAME));
      assertEquals(5, copied.mtimeSeconds());
      assertEquals(123_456_789, copied.mtimeNanos());
      assertEquals(04755, copied.mode());
    }
  }

  @Test
  void trap_32_file_capabilities_survive_a_change_of_owner() throws Exception {
    try (CopyBench bench = new CopyBench(temporary, syscalls)) {
      bench.context(List.of("d/a 4755 : A"));
      ByteString file = ByteString.of(bench.context().resolve("d/a").toString());
      byte[] capabilities = new byte[20]; // linux/capability.h, vfs_cap_data
      capabilities[3] = 2;
      capabilities[5] = 4;
      ByteString name = ByteString.of("security.capability");
      try {
        syscalls.setxattr(Fd.CWD, file, name, capabilities);
      } catch (ErrnoException refused) {
        System.err.println("skipped: file capabilities need root");
        assumeTrue(false, "file capabilities need root");
      }
      syscalls.fchmodat(Fd.CWD, file, 04755);
      Attributes copied =
          bench.copy("COPY --chown=7:8 d /to").tree().lookup(BytePath.parse("/to/a")).attributes();
      assertArrayEquals(capabilities, copied.xattrs().get(name));
      assertEquals(04755, copied.mode());
      assertEquals(7, copied.uid());
    }
  }

  @Test
  void trap_47_times_are_no_part_of_a_digest_and_all_else_is() throws Exception {
    try (CopyBench bench = new CopyBench(temporary, syscalls)) {
      bench.context(
          List.of(
              "a/x @1 : X",
              "b/x @2 : X",
              "c/x 600 : X",
              "d/y : X",
              "e/x : Y",
              "f/x -> X",
              "g/x/",
              "h/x : X",
              "h/y : Y"));
      assertEquals(bench.find("COPY a /").contentDigest(), bench.find("COPY b /").contentDigest());
      for (String other : List.of("c", "d", "e", "f", "g", "h")) {
        assertNotEquals(
            bench.find("COPY a /").contentDigest(),
            bench.find("COPY " + other + " /").contentDigest(),
            other);
      }
      assertEquals(
          bench.find("COPY a /").contentDigest(),
          bench.find("COPY --exclude=y h /").contentDigest(),
          "what is excluded does not count");
      bench.ignore("h/y");
      assertEquals(
          bench.find("COPY a /").contentDigest(),
          bench.find("COPY h /").contentDigest(),
          "nor what is ignored");
    }
  }

  @Test
  void equal_trees_have_equal_digests_and_others_have_not() throws Exception {
    try (CopyBench bench = new CopyBench(temporary, syscalls)) {
      bench.context(
          List.of("a/x @1 : X", "a/y = a/x", "b/x @2 : X", "b/y = b/x", "c/x : X", "c/y : X"));
      bench.stage(List.of("d/x : X", "d/y = d/x", "e/x 5:5 : X", "e/y = e/x"));
      assertEquals(bench.find("COPY a /").contentDigest(), bench.find("COPY b /").contentDigest());
      assertEquals(
          bench.find("COPY a /").contentDigest(),
          bench.find("COPY --from=src d /").contentDigest());
      assertNotEquals(
          bench.find("COPY a /").contentDigest(), bench.find("COPY c /").contentDigest());
      assertNotEquals(
          bench.find("COPY --from=src d /").contentDigest(),
          bench.find("COPY --from=src e /").contentDigest());
      assertEquals(bench.find("COPY a /").shape(), bench.find("COPY b /").shape());
    }
  }
}
