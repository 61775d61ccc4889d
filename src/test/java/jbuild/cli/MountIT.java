package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import jbuild.faults.Faults;
import jbuild.faults.FaultySyscalls;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jbuild mount} and {@code umount}, as root, in the mount namespace of the tests. */
final class MountIT {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void makeImage() throws IOException {
    session = new Session(temporary.toRealPath());
    session.makeBox();
  }

  @AfterEach
  void unmountAll() throws IOException {
    session.jbuild("umount", "--all", "--lazy");
    assertEquals(List.of(), mountTable());
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectories(temporary.toRealPath().resolve(name));
  }

  private Path mount(String... arguments) {
    Result result =
        session.jbuild(
            Stream.concat(Stream.of("mount"), Stream.of(arguments)).toArray(String[]::new));
    return Path.of(result.succeeds().out().strip());
  }

  /** Lines of this namespace's mount table that have to do with the test. */
  private List<String> mountTable() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo"), UTF_8).stream()
        .filter(line -> line.contains(temporary.getFileName().toString()))
        .toList();
  }

  private List<Path> records() throws IOException {
    try (Stream<Path> records = Files.list(session.root().resolve("mounted"))) {
      return records.toList();
    }
  }

  private static String chroot(Path root, String script) throws Exception {
    return Jbuild.tool("chroot", root.toString(), "/bin/sh", "-c", script).succeeded();
  }

  @Test
  void an_image_is_mounted_read_only_at_a_place_of_its_own_and_stays_when_jbuild_ends()
      throws Exception {
    Result result = session.process("", "mount", "box").succeeds();
    Path root = Path.of(result.out().strip());
    assertTrue(root.startsWith(session.root().resolve("mounted")), root.toString());
    assertEquals("inside\n", chroot(root, "echo inside"));
    assertEquals("no\n", chroot(root, "{ echo x > /x; } 2>/dev/null || echo no"));
    assertEquals(root + "\n", session.jbuild("umount", "box").succeeds().out());
    assertEquals(List.of(), records());
    assertEquals(List.of(), new Leftovers(session.root()).trash());
  }

  @Test
  void what_is_written_in_a_writable_mount_goes_with_it() throws Exception {
    Path root = mount("--rw", "box", directory("with a blank").toString());
    assertEquals("new\n", chroot(root, "echo new > /bin/new; cat /bin/new"));
    assertEquals("new\n", Files.readString(root.resolve("bin/new")));
    session.jbuild("umount", root.toString()).succeeds();
    Path again = mount("--writable", "box", root.toString());
    assertFalse(Files.exists(again.resolve("bin/new")));
  }

  @Test
  void one_image_is_mounted_twice_at_once_and_each_mount_has_writes_of_its_own() throws Exception {
    Path one = mount("--rw", "box", directory("one").toString());
    Path two = mount("--rw", "box", directory("two").toString());
    Files.writeString(one.resolve("file"), "one");
    assertFalse(Files.exists(two.resolve("file")));
    Result both = session.jbuild("umount", "box");
    assertEquals(1, both.code());
    assertTrue(both.err().contains("(name one of them)"), both.err());
    session.jbuild("umount", two.toString()).succeeds();
    assertEquals("one", Files.readString(one.resolve("file")));
    session.jbuild("umount", "box:latest").succeeds();
  }

  @Test
  void mounts_are_listed_as_a_table_and_as_json() throws Exception {
    assertEquals("[ ]\n", session.jbuild("mount", "--format", "json").succeeds().out());
    Path root = mount("--rw", "box", directory("a b").toString());
    String table = session.jbuild("mount").succeeds().out();
    assertTrue(table.startsWith("MOUNT ID "), table);
    assertTrue(table.endsWith("   box     rw     " + root + "\n"), table);
    String json = session.jbuild("mount", "--format", "json").succeeds().out();
    assertTrue(json.contains("\"mountPoints\" : [ \"" + root + "\" ]"), json);
    assertTrue(json.contains("\"writable\" : true"), json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"erofs", "directory"})
  void a_mount_stays_whole_when_its_image_is_removed_and_garbage_is_collected(String rung)
      throws Exception {
    session.set("JBUILD_SNAPSHOTTER", rung);
    Path root = mount("box", directory("kept").toString());
    session.jbuild("rmi", "box").succeeds();
    session.jbuild("gc", "--all").succeeds();
    assertEquals("still\n", chroot(root, "cat /bin/busybox > /dev/null 2>&1; echo still"));
    assertEquals(-1, Files.mismatch(Path.of("/bin/busybox"), root.resolve("bin/busybox")));
    session.jbuild("umount", root.toString()).succeeds();
    session.jbuild("gc", "--all").succeeds();
    try (Stream<Path> blobs = Files.list(session.root().resolve("blobs/sha256"))) {
      assertEquals(List.of(), blobs.toList());
    }
  }

  @Test
  void set_user_id_counts_and_device_files_cannot_be_opened() throws Exception {
    Path root = mount("--rw", "box");
    Jbuild.tool("mknod", root.resolve("zero").toString(), "c", "1", "5").succeeded();
    Result open = session.jbuild("mount");
    assertEquals(0, open.code());
    assertEquals(1, Jbuild.tool("head", "-c1", root.resolve("zero").toString()).code());
    String options = String.join("\n", mountTable());
    assertTrue(options.contains("nodev"), options);
    assertFalse(options.contains("nosuid"), options);
  }

  @Test
  void the_directory_must_be_there_and_be_one() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    Result onFile = session.jbuild("mount", "box", file.toString());
    assertEquals(1, onFile.code());
    assertEquals("jbuild: mount box on " + file + ": it is not a directory\n", onFile.err());
    Path missing = temporary.resolve("missing");
    assertEquals(
        "jbuild: mount box on " + missing + ": no such directory (make it first)\n",
        session.jbuild("mount", "box", missing.toString()).err());
    assertEquals(1, session.jbuild("mount", "nothing", temporary.toString()).code());
    assertFalse(Files.exists(session.root().resolve("mounted")));
    assertEquals(2, session.jbuild("umount").code());
    assertEquals(2, session.jbuild("umount", "--all", "box").code());
  }

  @Test
  void what_is_no_mount_of_ours_is_not_unmounted() throws Exception {
    Path directory = directory("other");
    Jbuild.tool("mount", "-t", "tmpfs", "other", directory.toString()).succeeded();
    try {
      Result result = session.jbuild("umount", directory.toString());
      assertEquals(1, result.code());
      assertEquals(
          "jbuild: umount " + directory + ": it is not mounted (jbuild mount lists what is)\n",
          result.err());
    } finally {
      Jbuild.tool("umount", directory.toString()).succeeded();
    }
  }

  @Test
  void what_another_file_system_calls_its_source_makes_it_none_of_ours() throws Exception {
    Path root = mount("box");
    String id = root.getParent().getFileName().toString();
    Path other = directory("other");
    Jbuild.tool("mount", "-t", "tmpfs", "jbuild:" + id, other.toString()).succeeded();
    try {
      assertFalse(session.jbuild("mount").succeeds().out().contains(other.toString()));
      assertEquals(root + "\n", session.jbuild("umount", "box").succeeds().out());
    } finally {
      Jbuild.tool("umount", other.toString()).succeeded();
    }
  }

  @Test
  void a_busy_mount_says_who_uses_it_and_can_be_taken_out_of_sight() throws Exception {
    Path root = mount("box", directory("busy").toString());
    Process user =
        new ProcessBuilder("sleep", "1000").directory(root.resolve("bin").toFile()).start();
    try {
      Result busy = session.jbuild("umount", root.toString());
      assertEquals(1, busy.code());
      assertEquals(
          "jbuild: umount "
              + root
              + ": it is in use by sleep (process "
              + user.pid()
              + ") (end that, or umount --lazy)\n",
          busy.err());
      session.jbuild("umount", "--lazy", "box").succeeds();
      assertTrue(user.isAlive());
      assertEquals(List.of(), mountTable());
    } finally {
      user.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_mount_inside_another_is_named_when_it_is_in_the_way() throws Exception {
    Path root = mount("--rw", "box");
    Path proc = Files.createDirectory(root.resolve("proc"));
    Jbuild.tool("mount", "-t", "proc", "proc", proc.toString()).succeeded();
    Result busy = session.jbuild("umount", "box");
    assertEquals(
        "jbuild: umount "
            + root
            + ": it is in use: "
            + proc
            + " is mounted in it (end that, or umount --lazy)\n",
        busy.err());
    Jbuild.tool("umount", proc.toString()).succeeded();
    session.jbuild("umount", "box").succeeds();
  }

  @Test
  void what_umount_8_has_taken_away_is_forgotten() throws Exception {
    Path root = mount("--rw", "box", directory("gone").toString());
    Jbuild.tool("umount", root.toString()).succeeded();
    assertEquals("[ ]\n", session.jbuild("mount", "--format", "json").succeeds().out());
    assertEquals(List.of(), records());
  }

  /** As it is when jbuild is killed after the record was made and before the mount was. */
  @Test
  void a_record_without_a_mount_goes_with_the_next_command_that_looks() throws Exception {
    mount("box");
    Path stale = Files.createDirectory(session.root().resolve("mounted/0123456789ab"));
    Files.copy(
        records().get(0).equals(stale)
            ? records().get(1).resolve("mount")
            : records().get(0).resolve("mount"),
        stale.resolve("mount"));
    session.jbuild("mount").succeeds();
    assertEquals(1, records().size());
    assertFalse(Files.exists(stale));
  }

  @Test
  void after_a_restart_no_record_counts_and_none_of_a_namespace_out_of_sight_is_judged()
      throws Exception {
    mount("box");
    Path record = records().get(0).resolve("mount");
    Path restarted = copyWith(record, "111111111111", "boot", "another");
    Path outOfSight = copyWith(record, "222222222222", "pidNamespace", "1");
    String own = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    session.jbuild("mount").succeeds();
    assertFalse(Files.exists(restarted));
    // From the first pid namespace everything can be seen.
    assertEquals(!own.equals("pid:[4026531836]"), Files.exists(outOfSight));
  }

  private Path copyWith(Path record, String id, String key, String value) throws IOException {
    Properties lines = new Properties();
    try (InputStream in = Files.newInputStream(record)) {
      lines.load(in);
    }
    lines.setProperty(key, value);
    Path place = Files.createDirectory(session.root().resolve("mounted").resolve(id));
    try (OutputStream out = Files.newOutputStream(place.resolve("mount"))) {
      lines.store(out, null);
    }
    return place;
  }

  @Test
  void what_another_mount_namespace_still_has_stays_on_disk() throws Exception {
    Path root = mount("--rw", "box", directory("copied").toString());
    Files.writeString(root.resolve("file"), "kept");
    Process other =
        new ProcessBuilder(
                "unshare", "-m", "--propagation", "private", "sh", "-c", "echo; exec sleep 1000")
            .start();
    try {
      assertEquals('\n', other.getInputStream().read());
      session.jbuild("umount", root.toString()).succeeds();
      Path seen = Path.of("/proc/" + other.pid() + "/root").resolve("." + root + "/file");
      assertEquals("kept", Files.readString(seen));
      String table = session.jbuild("mount").succeeds().out();
      assertTrue(
          table.contains("(in another mount namespace, that of process " + other.pid() + ")"),
          table);
      Result refused = session.jbuild("umount", "box");
      assertTrue(refused.err().contains("in another mount namespace only"), refused.err());
    } finally {
      other.destroyForcibly();
      assertTrue(other.waitFor(10, TimeUnit.SECONDS));
    }
    session.jbuild("mount").succeeds();
    assertEquals(List.of(), records());
  }

  @Test
  void any_system_call_may_fail_and_leaves_nothing() throws Exception {
    Syscalls kernel = Syscalls.load();
    mount("box");
    session.jbuild("umount", "box").succeeds();
    for (int n = 1; ; n++) {
      Faults faults = Faults.at(n, Faults.Kind.EIO);
      Result result = session.jbuild(failing(kernel, faults), "mount", "--rw", "box");
      if (result.code() == 0) {
        session.jbuild("umount", "box").succeeds();
      } else {
        assertTrue(result.err().contains(faults.reason()), faults.struck() + result.err());
      }
      assertEquals(List.of(), mountTable(), faults.struck());
      assertEquals(List.of(), records(), faults.struck());
      assertEquals(List.of(), new Leftovers(session.root()).temporary(), faults.struck());
      if (faults.struck().isEmpty()) {
        assertTrue(n > 10, "only " + n + " calls");
        return;
      }
    }
  }

  private static Doors failing(Syscalls kernel, Faults faults) {
    return new Doors() {
      @Override
      public Path dataRoot(Path path) {
        return path;
      }

      @Override
      public Syscalls syscalls() {
        return FaultySyscalls.around(kernel, faults);
      }
    };
  }

  @Test
  void killed_at_any_moment_it_leaves_nothing_that_later_commands_do_not_sweep() throws Exception {
    for (int round = 0; round < 8; round++) {
      Process mounting = session.start("mount", "--rw", "box");
      // The later rounds meet it before, while and after it mounts.
      mounting.waitFor(200L + 150L * round, TimeUnit.MILLISECONDS);
      mounting.destroyForcibly().waitFor();
    }
    session.jbuild("umount", "--all").succeeds();
    session.jbuild("gc").succeeds();
    assertEquals(List.of(), new Leftovers(session.root()).temporary());
    try (Stream<Path> records =
        Files.exists(session.root().resolve("mounted")) ? records().stream() : Stream.of()) {
      assertEquals(List.of(), records.toList());
    }
  }
}
