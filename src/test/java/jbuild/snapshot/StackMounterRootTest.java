package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.layer.Shell;
import jbuild.layer.TarBytes;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.sandbox.OverlayMode;
import jbuild.sandbox.RootFilesystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stacks as mounts of this process, told to the kernel in both ways. */
final class StackMounterRootTest {
  private static final int DIRECTORY = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;

  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("mounts of stacks");
  }

  private SnapshotFixture fixture(Rung rung) throws IOException {
    SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), rung);
    fixture.add(new TarBytes().file("d/gone", "x").file("both", "lower"));
    fixture.add(new TarBytes().file("d/.wh.gone", "").file("both", "upper")).saveLayers();
    return fixture;
  }

  private static RootFilesystem.Overlay in(OverlayMode mode, RootFilesystem.Overlay stack) {
    return new RootFilesystem.Overlay(
        stack.lowers(), stack.upper(), stack.work(), mode, stack.xino());
  }

  private static String read(SnapshotFixture fixture, Fd mount, String name) throws IOException {
    try (Fd file = fixture.syscalls.openat(mount, ByteString.of(name), OpenFlags.RDONLY, 0)) {
      return Files.readString(Path.of("/proc/self/fd/" + file.number()));
    }
  }

  private static Errno write(SnapshotFixture fixture, Fd mount, String name) throws IOException {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT;
    try {
      fixture.syscalls.openat(mount, ByteString.of(name), flags, 0600).close();
      return Errno.UNKNOWN;
    } catch (ErrnoException refused) {
      return refused.errno();
    }
  }

  private void check(OverlayMode mode, Rung rung, boolean writable) throws IOException {
    try (SnapshotFixture fixture = fixture(rung);
        ActiveSnapshot snapshot = fixture.prepare()) {
      fixture.syscalls.fchmodat(Fd.CWD, ByteString.of(snapshot.upper().toString()), 0710);
      Path place = snapshot.upper().getParent();
      List<String> before = Files.readAllLines(Path.of("/proc/self/mountinfo"));
      try (Fd mount =
              new StackMounter(fixture.syscalls)
                  .mount(in(mode, snapshot.root()), "jbuild:test", writable, place);
          Fd root = fixture.syscalls.openat(mount, ByteString.of("."), DIRECTORY, 0)) {
        assertEquals(before, Files.readAllLines(Path.of("/proc/self/mountinfo")));
        assertEquals("upper", read(fixture, mount, "both"));
        assertThrows(ErrnoException.class, () -> read(fixture, mount, "d/gone"));
        assertEquals(0710, fixture.syscalls.fstat(root).permissions());
        Errno expected = writable ? Errno.UNKNOWN : Errno.EROFS;
        assertEquals(expected, write(fixture, mount, "new"));
        assertEquals(writable, Files.exists(snapshot.upper().resolve("new")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(OverlayMode.class)
  void a_stack_that_is_read_only_shows_its_layers_and_its_root_directory(OverlayMode mode)
      throws Exception {
    check(mode, Rung.EROFS, false);
  }

  @ParameterizedTest
  @EnumSource(OverlayMode.class)
  void a_stack_that_can_be_written_to_has_its_changes_in_the_upper_directory(OverlayMode mode)
      throws Exception {
    check(mode, Rung.EROFS, true);
  }

  @ParameterizedTest
  @EnumSource(OverlayMode.class)
  void extracted_layers_are_stacked_as_well(OverlayMode mode) throws Exception {
    check(mode, Rung.DIRECTORY, true);
  }

  @Test
  void what_cannot_be_mounted_is_said_with_the_kernels_own_words() throws Exception {
    try (SnapshotFixture fixture = fixture(Rung.EROFS);
        ActiveSnapshot snapshot = fixture.prepare()) {
      Files.delete(snapshot.root().work());
      Path place = snapshot.upper().getParent();
      for (OverlayMode mode : OverlayMode.values()) {
        IOException failed =
            assertThrows(
                IOException.class,
                () ->
                    new StackMounter(fixture.syscalls)
                        .mount(in(mode, snapshot.root()), "jbuild:test", true, place));
        assertTrue(failed.getMessage().contains("ENOENT"), failed.getMessage());
      }
    }
  }

  @Test
  void mounts_are_found_by_their_source_and_hold_no_device_files() throws Exception {
    try (SnapshotFixture fixture = fixture(Rung.EROFS);
        ActiveSnapshot snapshot = fixture.prepare()) {
      Path place = snapshot.upper().getParent();
      Path point = Files.createDirectory(dir.resolve("point"));
      for (OverlayMode mode : OverlayMode.values()) {
        try (Fd mount =
            new StackMounter(fixture.syscalls)
                .mount(in(mode, snapshot.root()), "jbuild:test", false, place)) {
          fixture.syscalls.moveMount(mount, Fd.CWD, ByteString.of(point.toString()), 0);
          String table = Files.readString(Path.of("/proc/self/mountinfo"));
          assertTrue(table.contains(point + " ro,nodev"), table);
          assertTrue(table.contains(" - overlay jbuild:test "), table);
        } finally {
          fixture.syscalls.umount2(ByteString.of(point.toString()), MountFlags.MNT_DETACH);
        }
      }
    }
  }
}
