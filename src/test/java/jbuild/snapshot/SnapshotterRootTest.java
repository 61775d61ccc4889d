package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Shell;
import jbuild.layer.TarBytes;
import jbuild.layer.UnionTree;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.oci.Platform;
import jbuild.sandbox.MountOp;
import jbuild.sandbox.OverlayMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Stacks as they are prepared for a sandbox, on each rung alike. */
class SnapshotterRootTest {
  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("snapshots");
  }

  private SnapshotFixture fixture(Rung rung) throws IOException {
    return new SnapshotFixture(dir.resolve("store"), rung);
  }

  private static String text(SnapshotFixture fixture, ActiveSnapshot snapshot) throws IOException {
    try (Fd mounted = fixture.mount(snapshot)) {
      return MountedTree.text(fixture.syscalls, mounted);
    }
  }

  private static String root(SnapshotFixture fixture, ActiveSnapshot snapshot) throws IOException {
    try (Fd mounted = fixture.mount(snapshot)) {
      return MountedTree.lines(fixture.syscalls, mounted).get("").strip();
    }
  }

  private static TarBytes file(String name, String content) {
    return new TarBytes().file(name, content);
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void scratch_is_an_empty_root(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung);
        ActiveSnapshot snapshot = fixture.prepare()) {
      try (Fd mounted = fixture.mount(snapshot)) {
        Map<String, String> lines = MountedTree.lines(fixture.syscalls, mounted);
        assertEquals(Map.of("", " DIRECTORY 755 0:0 0+0"), lines);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void the_last_layer_is_on_top_of_one_or_several(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", "one").file("b", "one"));
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        assertEquals(
            "a REGULAR 644 0:0 0+0 3 one\nb REGULAR 644 0:0 0+0 3 one\n", text(fixture, snapshot));
      }
      fixture.add(file("a", "two").file("c", "two")).add(file("c", "three").file(".wh.b", ""));
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        assertEquals(
            "a REGULAR 644 0:0 0+0 3 two\nc REGULAR 644 0:0 0+0 5 three\n",
            text(fixture, snapshot));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void live_directories_lie_on_top_the_last_one_highest(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", "layer").file("b", "layer").file("c", "layer"));
      Path lower = Files.createDirectory(dir.resolve("lower"));
      Path higher = Files.createDirectory(dir.resolve("higher"));
      Files.writeString(lower.resolve("a"), "lower");
      Files.writeString(lower.resolve("b"), "lower");
      Files.writeString(higher.resolve("a"), "higher");
      try (ActiveSnapshot snapshot = fixture.prepare(lower, higher)) {
        String text = text(fixture, snapshot);
        assertTrue(text.matches("(?s)a .* 6 higher\nb .* 5 lower\nc .* 5 layer\n"), text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void the_upper_directory_of_a_step_is_the_next_steps_lower(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(new TarBytes().directory("d/").file("d/old", "old"));
      SnapshotFixture.Result first = fixture.run("rm -r /d && mkdir /d && echo new >/d/new");
      assertTrue(first.status().isSuccess(), first.output());
      try (ActiveSnapshot next = fixture.prepare(first.upper())) {
        String text = text(fixture, next);
        assertTrue(text.contains("\nd/new REGULAR"), text);
        assertFalse(text.contains("d/old"), text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void changes_go_to_the_upper_directory_and_nowhere_else(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(file("f", "before"));
      SnapshotFixture.Result result = fixture.run("echo after >/f; echo x >/g");
      assertEquals("", result.output());
      assertEquals("after\n", Files.readString(result.upper().resolve("f")));
      assertEquals("x\n", Files.readString(result.upper().resolve("g")));
      try (ActiveSnapshot again = fixture.prepare()) {
        assertTrue(text(fixture, again).contains("f REGULAR 644 0:0 0+0 6 before\n"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void t6_the_root_has_the_attributes_of_the_topmost_layer_that_says_them(Rung rung)
      throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      TarBytes root = new TarBytes();
      root.pax("uid", "7", "gid", "8", "mtime", "-1.5", "SCHILY.xattr.user.x", "y");
      root.member("./", '5', "", header -> TarBytes.octal(header, 100, 8, 01750));
      fixture.add(root.file("a", "")).add(file("b", ""));
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        // 1750 in the layer; whatever that says, all may enter a root.
        assertEquals("DIRECTORY 1755 7:8 -2+500000000 user.x=y", root(fixture, snapshot));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void mount_points_that_are_missing_are_there_and_leave_no_trace(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      TarBytes etc = new TarBytes();
      etc.pax("uid", "5", "gid", "6", "mtime", "1000.25", "SCHILY.xattr.user.e", "f");
      etc.member("etc/", '5', "", header -> TarBytes.octal(header, 100, 8, 02751));
      fixture.add(etc.symlink("etc/resolv.conf", "../run/net/resolv.conf"));
      Path resolver = Files.writeString(dir.resolve("resolv.conf"), "nameserver ::1\n");
      try (UnionTree tree = fixture.tree()) {
        MountPoints points = new MountPoints(tree);
        for (String own : List.of("/proc", "/sys", "/dev")) {
          assertEquals(BytePath.parse(own), points.directory(BytePath.parse(own)));
        }
        BytePath target = points.file(BytePath.parse("/etc/resolv.conf"));
        assertEquals(BytePath.parse("/run/net/resolv.conf"), target);
        BytePath hosts = points.file(BytePath.parse("/etc/hosts"));
        try (ActiveSnapshot snapshot = fixture.prepare(tree, points)) {
          SnapshotFixture.Result result =
              fixture.run(
                  "cat /etc/resolv.conf /etc/hosts; stat -c '%a %u:%g %Y' /etc; ls /proc/self/stat",
                  snapshot,
                  OverlayMode.BY_DESCRIPTOR,
                  spec ->
                      spec.mounts(
                          List.of(
                              new MountOp.HostBind(resolver, target, false, false),
                              new MountOp.HostBind(resolver, hosts, false, false))));
          assertEquals(
              "nameserver ::1\nnameserver ::1\n2751 5:6 1000\n/proc/self/stat\n", result.output());
          try (Stream<Path> changes = Files.list(snapshot.upper())) {
            assertEquals(List.of(), changes.toList());
          }
          try (ActiveSnapshot again = fixture.prepare(tree, points);
              Fd mounted = fixture.mount(again)) {
            String line = MountedTree.lines(fixture.syscalls, mounted).get("etc");
            assertEquals("etc DIRECTORY 2751 5:6 1000+250000000 user.e=f", line);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void mount_points_that_are_there_need_no_layer(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(new TarBytes().directory("proc/").file("etc/hosts", "own"));
      try (UnionTree tree = fixture.tree()) {
        MountPoints points = new MountPoints(tree);
        points.directory(BytePath.parse("/proc"));
        points.file(BytePath.parse("/etc/hosts"));
        Path place = dir.resolve("stubs");
        assertEquals(List.of(), points.write(fixture.syscalls, place));
        assertFalse(Files.exists(place));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/file, true, the image has a file there",
    "/dir, false, the image has a directory there",
    "/file/below, true, it is not a directory in the image",
    "/new, false, a file and a directory are to be mounted there",
    "/new/x, true, ",
    "/stub/x, true, a file is to be mounted there"
  })
  void mount_points_that_cannot_be_are_refused(String path, boolean directory, String why)
      throws IOException {
    try (SnapshotFixture fixture = fixture(null)) {
      fixture.add(file("file", "").directory("dir/"));
      try (UnionTree tree = fixture.tree()) {
        MountPoints points = new MountPoints(tree);
        points.directory(BytePath.parse("/new"));
        points.file(BytePath.parse("/stub"));
        BytePath target = BytePath.parse(path);
        if (why == null) {
          assertEquals(target, directory ? points.directory(target) : points.file(target));
          return;
        }
        IOException e =
            assertThrows(
                IOException.class,
                () -> {
                  if (directory) {
                    points.directory(target);
                  } else {
                    points.file(target);
                  }
                });
        assertTrue(e.getMessage().contains(why), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void layers_can_be_given_by_path_as_well(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(file("a", "one\n")).add(file("a", "two\n"));
      String script = "cat /a; echo three >/a; cat /a";
      for (int i = 0; i < 2; i++) { // the layers are not used up by the first
        SnapshotFixture.Result result = fixture.run(script, OverlayMode.BY_PATH, spec -> spec);
        assertEquals("two\nthree\n", result.output());
        assertEquals("three\n", Files.readString(result.upper().resolve("a")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void nothing_is_mounted_or_attached_when_all_is_closed(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(file("a", ""));
      fixture.run("true");
      assertEquals(rung == Rung.LOOP ? 4 : 0, HostState.of(dir).size());
    }
    assertEquals(List.of(), HostState.settled(dir));
  }

  @ParameterizedTest
  @EnumSource(
      value = Rung.class,
      names = {"EROFS", "LOOP"})
  void a_failed_mount_leaves_no_loop_device_and_no_descriptor(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", "content"));
      fixture.indexes.ensure(fixture.layers.get(0));
      long before = descriptors();
      Path tar = fixture.root.blob(fixture.layers.get(0));
      for (int i = 0; i < 3; i++) {
        var unit = fixture.indexes.ensure(fixture.layers.get(0));
        Files.move(tar, dir.resolve("away"));
        LayerMounter mounter =
            rung == Rung.LOOP
                ? new LoopMounter(fixture.syscalls)
                : new ErofsMounter(fixture.syscalls);
        assertThrows(IOException.class, () -> mounter.mount(unit));
        Files.move(dir.resolve("away"), tar);
      }
      assertEquals(before, descriptors());
    }
    assertEquals(List.of(), HostState.settled(dir));
  }

  /** Those that a mount needs; other threads open and close others. */
  private long descriptors() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.contains("loop")
              || target.contains("fscontext")
              || target.contains(dir + "")) {
            count++;
          }
        } catch (NoSuchFileException closed) {
          // by another thread, or the one that lists the directory
        }
      }
    }
    return count;
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void many_threads_share_one_mount_of_a_layer(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", "x")).add(file("b", "y"));
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<Integer>>> results = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          results.add(
              threads.submit(
                  () -> {
                    try (ActiveSnapshot snapshot = fixture.prepare()) {
                      return snapshot.root().lowers().stream().map(Fd::number).toList();
                    }
                  }));
        }
        for (Future<List<Integer>> result : results) {
          assertEquals(results.get(0).get(), result.get());
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"386, true", "arm, true", "amd64, false", "arm64, false"})
  void t3_programs_of_32_bits_get_numbers_of_inodes_they_can_take(String arch, boolean small)
      throws IOException {
    try (SnapshotFixture fixture = fixture(Rung.EROFS)) {
      fixture.add(file("a", "x")).add(file("b", "y"));
      try (UnionTree tree = fixture.tree();
          ActiveSnapshot snapshot =
              fixture.snapshotter.prepare(
                  fixture.indexes.units(fixture.layers),
                  List.of(),
                  tree,
                  new MountPoints(tree),
                  new Platform("linux", arch, null),
                  fixture.freshPlace());
          Fd mounted = fixture.mount(snapshot)) {
        for (String name : List.of("a", "b")) {
          FileStat stat = fixture.syscalls.statx(mounted, ByteString.of(name), false);
          assertEquals(small, stat.inode() >>> 32 == 0, name + " is inode " + stat.inode());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void a_kill_leaves_nothing_mounted_and_no_loop_device(Rung rung) throws Exception {
    Path store = dir.resolve("store");
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(file("a", "x")).saveLayers();
    }
    Process other = OtherHolder.start("run", store, rung, "sleep 1000");
    OtherHolder.awaitLine(other);
    if (rung == Rung.LOOP) {
      assertFalse(HostState.loops(dir).isEmpty());
    }
    other.destroyForcibly().waitFor();
    assertEquals(List.of(), HostState.settled(dir));
    assertFalse(Files.readString(Path.of("/proc/mounts")).contains(dir.toString()));
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void extracted_and_upper_directories_are_closed_to_others(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", ""));
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        assertEquals(
            "rwx------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.root.extracted())));
        assertEquals(rung == Rung.DIRECTORY, !isEmpty(fixture.root.extracted()));
        assertTrue(Files.isDirectory(snapshot.upper()));
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
