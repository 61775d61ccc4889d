package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jbuild.layer.LayerUnit;
import jbuild.layer.Shell;
import jbuild.layer.TarBytes;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which rung is taken where, and what counts as a reason to take a lower one. */
class LadderRootTest {
  private static final String EXPECTED = "a REGULAR 644 0:0 0+0 7 content\n";

  @TempDir Path dir;
  private final List<Path> mounted = new ArrayList<>();
  private final Map<Rung, Errno> refusals = new EnumMap<>(Rung.class);
  private final List<Rung> tried = new ArrayList<>();

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("mounts of stores");
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path place : mounted) { // lazily: lock files stay open as long as their process lives
      new Shell(dir).run("umount --lazy " + place);
    }
  }

  private Path tmpfs() throws Exception {
    Path place = Files.createDirectory(dir.resolve("tmpfs"));
    new Shell(dir).run("mount -t tmpfs ladder-test " + place);
    mounted.add(place);
    return place;
  }

  private Path overlay() throws Exception {
    Path place = Files.createDirectory(dir.resolve("overlay"));
    new Shell(dir)
        .run(
            "mkdir l u w; mount -t overlay ladder-test -o lowerdir=l,upperdir=u,workdir=w "
                + place);
    mounted.add(place);
    return place;
  }

  private static TarBytes layer() {
    return new TarBytes().file("a", "content");
  }

  private static String remembered(SnapshotFixture fixture) throws IOException {
    Path file = fixture.root.root().resolve("cache").resolve("snapshotter");
    return Files.exists(file) ? Files.readString(file) : "nothing";
  }

  private static String kernel() {
    return System.getProperty("os.version");
  }

  @Test
  void a_store_on_a_disk_is_mounted_straight_and_nothing_is_remembered() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null).add(layer());
        ActiveSnapshot snapshot = fixture.prepare();
        Fd root = fixture.mount(snapshot)) {
      assertEquals(EXPECTED, MountedTree.text(fixture.syscalls, root));
      assertEquals(Rung.EROFS, fixture.snapshotter.rung());
      assertEquals("nothing", remembered(fixture));
    }
  }

  @Test
  void t2_a_store_on_tmpfs_falls_to_loop_devices_and_that_is_remembered() throws Exception {
    Path store = tmpfs();
    try (SnapshotFixture fixture = new SnapshotFixture(store, null).add(layer())) {
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd root = fixture.mount(snapshot)) {
        assertEquals(EXPECTED, MountedTree.text(fixture.syscalls, root));
      }
      assertEquals(Rung.LOOP, fixture.snapshotter.rung());
      assertEquals("loop " + kernel() + "\n", remembered(fixture));
    }
    try (SnapshotFixture next = new SnapshotFixture(store, null)) {
      assertEquals(Rung.LOOP, next.snapshotter.rung());
    }
    assertEquals(List.of(), HostState.loops(store));
  }

  @Test
  void t2_a_store_on_overlayfs_falls_to_loop_devices() throws Exception {
    Path store = overlay();
    try (SnapshotFixture fixture =
        new SnapshotFixture(store, dir.resolve("places"), null).add(layer())) {
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd root = fixture.mount(snapshot)) {
        assertEquals(EXPECTED, MountedTree.text(fixture.syscalls, root));
      }
      assertEquals(Rung.LOOP, fixture.snapshotter.rung());
    }
    assertEquals(List.of(), HostState.loops(store));
  }

  @Test
  void t2_a_forced_rung_does_not_fall() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(tmpfs(), Rung.EROFS).add(layer())) {
      ErrnoException e = assertThrows(ErrnoException.class, fixture::prepare);
      assertEquals(Errno.ENOTBLK, e.errno());
      assertEquals(Rung.EROFS, fixture.snapshotter.rung());
      assertEquals("nothing", remembered(fixture));
    }
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void a_store_on_tmpfs_or_disk_can_be_forced_to_what_works(Rung rung) throws Exception {
    Path store = rung == Rung.EROFS ? dir.resolve("store") : tmpfs();
    try (SnapshotFixture fixture = new SnapshotFixture(store, rung).add(layer());
        ActiveSnapshot snapshot = fixture.prepare();
        Fd root = fixture.mount(snapshot)) {
      assertEquals(EXPECTED, MountedTree.text(fixture.syscalls, root));
      assertEquals(rung, fixture.snapshotter.rung());
    }
  }

  /** Real mounters, but for refusals made to order. */
  private LayerMounter mounter(SnapshotFixture fixture, Rung rung) {
    return unit -> {
      tried.add(rung);
      Errno refusal = refusals.get(rung);
      if (refusal != null) {
        throw new ErrnoException("mount", refusal);
      }
      return switch (rung) {
        case EROFS -> new ErofsMounter(fixture.syscalls).mount(unit);
        case LOOP -> new LoopMounter(fixture.syscalls).mount(unit);
        case DIRECTORY ->
            new DirectoryMounter(fixture.syscalls, fixture.root, fixture.indexes, fixture.workDirs)
                .mount(unit);
      };
    };
  }

  private Ladder ladder(SnapshotFixture fixture, String kernel) throws IOException {
    return Ladder.probing(rung -> mounter(fixture, rung), fixture.root, kernel);
  }

  @Test
  void where_nothing_else_works_layers_are_extracted() throws Exception {
    refusals.put(Rung.EROFS, Errno.ENODEV);
    refusals.put(Rung.LOOP, Errno.EPERM);
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null).add(layer())) {
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      ladder(fixture, "5.0").mount(unit).close();
      assertEquals(List.of(Rung.EROFS, Rung.LOOP, Rung.DIRECTORY), tried);
      assertEquals("directory 5.0\n", remembered(fixture));
      tried.clear();
      ladder(fixture, "5.0").mount(unit).close();
      assertEquals(List.of(Rung.DIRECTORY), tried);
    }
  }

  @Test
  void another_kernel_is_tried_anew_and_so_is_a_memory_that_makes_no_sense() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null)) {
      Path memory = fixture.root.root().resolve("cache").resolve("snapshotter");
      for (String text : List.of("directory 5.0\n", "loo", "", "loop", "magic 5.1\n", "\377\0")) {
        Files.writeString(memory, text);
        assertEquals(Rung.EROFS, ladder(fixture, "5.1").rung(), text);
      }
      Files.writeString(memory, "directory 5.1\n");
      assertEquals(Rung.DIRECTORY, ladder(fixture, "5.1").rung());
    }
  }

  @Test
  void a_missing_tar_is_no_refusal() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null).add(layer())) {
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      Files.delete(fixture.root.blob(fixture.layers.get(0)));
      Ladder ladder = ladder(fixture, "5.0");
      ErrnoException e = assertThrows(ErrnoException.class, () -> ladder.mount(unit));
      assertEquals(Errno.ENOENT, e.errno());
      assertEquals(Rung.EROFS, ladder.rung());
      assertEquals("nothing", remembered(fixture));
    }
  }

  @Test
  void a_damaged_index_is_no_refusal_and_its_damage_is_said() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null).add(layer())) {
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      Files.write(unit.index(), new byte[4096]); // the kernel says EINVAL, as for an unknown option
      Ladder ladder = ladder(fixture, "5.0");
      IOException e = assertThrows(IOException.class, () -> ladder.mount(unit));
      assertFalse(e instanceof ErrnoException, e.toString());
      assertTrue(e.getMessage().contains("magic"), e.getMessage());
      assertEquals(Rung.EROFS, ladder.rung());
      assertEquals("nothing", remembered(fixture));
      // The store itself does not hand it out any more but makes it again.
      ladder.mount(fixture.indexes.ensure(fixture.layers.get(0))).close();
    }
  }

  @Test
  void what_worked_once_is_kept_whatever_fails_later() throws Exception {
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), null).add(layer())) {
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      Ladder ladder = ladder(fixture, "5.0");
      ladder.mount(unit).close();
      refusals.put(Rung.EROFS, Errno.EINVAL);
      assertThrows(ErrnoException.class, () -> ladder.mount(unit));
      assertEquals(Rung.EROFS, ladder.rung());
    }
  }
}
