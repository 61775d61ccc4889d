package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import jbuild.io.ByteString;
import jbuild.layer.LayerException;
import jbuild.layer.LayerUnit;
import jbuild.layer.Shell;
import jbuild.layer.TarBytes;
import jbuild.linux.AtFlags;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.oci.Digest;
import jbuild.store.VerifyingInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The traps of stacked layers that show in a mount; docs/testing.md lists all of them. */
class LayerTrapsRootTest {
  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("mounts of layers");
  }

  private SnapshotFixture fixture(Rung rung) throws IOException {
    return new SnapshotFixture(dir.resolve("store"), rung);
  }

  private static TarBytes file(String name, String content) {
    return new TarBytes().file(name, content);
  }

  private static String text(SnapshotFixture fixture, ActiveSnapshot snapshot) throws IOException {
    try (Fd mounted = fixture.mount(snapshot)) {
      return MountedTree.text(fixture.syscalls, mounted);
    }
  }

  /** Overlayfs ignores the mark on the root of a layer. */
  @ParameterizedTest
  @EnumSource(Rung.class)
  void t1_an_opaque_root_hides_all_layers_below(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung)) {
      fixture.add(file("a", "old")).add(file("b", "old"));
      fixture.add(new TarBytes().directory("./").file("c", "new").file(".wh..wh..opq", ""));
      fixture.add(file("d", "new"));
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        assertEquals(
            "c REGULAR 644 0:0 0+0 3 new\nd REGULAR 644 0:0 0+0 3 new\n", text(fixture, snapshot));
      }
    }
  }

  /** The kernel refuses a work directory of a volatile overlay that was there before. */
  @Test
  void t4_a_work_directory_is_used_once_and_every_snapshot_has_its_own() throws IOException {
    try (SnapshotFixture fixture = fixture(Rung.EROFS).add(file("a", "x"));
        ActiveSnapshot first = fixture.prepare();
        ActiveSnapshot second = fixture.prepare()) {
      fixture.mount(first).close();
      assertTrue(Files.exists(first.root().work().resolve("work/incompat/volatile")));
      ErrnoException e = assertThrows(ErrnoException.class, () -> fixture.mount(first));
      assertEquals(Errno.EINVAL, e.errno());
      assertNotEquals(first.root().work(), second.root().work());
      fixture.mount(second).close();
    }
  }

  /** The kernel mounts an index with a tar that is too short, and reads what it can. */
  @Test
  void t5_a_tar_that_was_cut_is_said_before_it_is_mounted() throws IOException {
    try (SnapshotFixture fixture = fixture(Rung.EROFS)) {
      fixture.add(file("a", "x".repeat(5000)).file("b", "y".repeat(5000)));
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      try (FileChannel tar = FileChannel.open(unit.devices().get(0), StandardOpenOption.WRITE)) {
        tar.truncate(7000);
      }
      LayerException e = assertThrows(LayerException.class, fixture::prepare);
      assertTrue(e.getMessage().contains(fixture.layers.get(0).hex()), e.getMessage());
    }
  }

  /** The kernel shows wrong bytes without an error, so a blob is read-only and can be verified. */
  @Test
  void t5_a_tar_that_was_overwritten_is_found_by_reading_it_verified() throws IOException {
    try (SnapshotFixture fixture = fixture(Rung.EROFS).add(file("a", "before"))) {
      Digest diffId = fixture.layers.get(0);
      Path tar = fixture.root.blob(diffId);
      assertEquals("r--r--r--", permissions(tar));
      try (FileChannel channel = FileChannel.open(tar, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(TarBytes.latin1("AFTER!")), 512);
      }
      try (ActiveSnapshot snapshot = fixture.prepare()) {
        assertEquals("a REGULAR 644 0:0 0+0 6 AFTER!\n", text(fixture, snapshot));
      }
      try (var in = fixture.blobs.open(diffId)) {
        assertTrue(in instanceof VerifyingInputStream);
        assertThrows(IOException.class, in::readAllBytes);
      }
    }
  }

  private static String permissions(Path file) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void t10_lower_files_can_be_executed_chmoded_mapped_and_linked(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(new TarBytes().directory("d/").file("d/f", "content"));
      SnapshotFixture.Result result =
          fixture.run(
              "/bin/busybox chmod 4755 /d/f && stat -c %a /d/f && /bin/busybox md5sum /d/f");
      assertEquals("4755\n9a0364b9e99bb480dd25e1f0284c8555  /d/f\n", result.output());
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd root = fixture.mount(snapshot)) {
        ByteString d = ByteString.of("d");
        int flags = OpenFlags.TMPFILE | OpenFlags.RDWR | OpenFlags.CLOEXEC;
        try (Fd unnamed = fixture.syscalls.openat(root, d, flags, 0600)) {
          ByteString link = ByteString.of("/proc/self/fd/" + unnamed.number());
          fixture.syscalls.linkat(
              Fd.CWD, link, root, ByteString.of("d/named"), AtFlags.SYMLINK_FOLLOW);
        }
        byte[] capability = new byte[20];
        capability[3] = 2; // VFS_CAP_REVISION_2
        ByteString file = ByteString.of("d/f");
        ByteString name = ByteString.of("security.capability");
        fixture.syscalls.setxattr(root, file, name, capability);
        assertTrue(Arrays.equals(capability, fixture.syscalls.xattrs(root, file).get(name)));
        assertTrue(MountedTree.text(fixture.syscalls, root).contains("\nd/named REGULAR 600"));
      }
    }
  }

  /**
   * As everywhere on overlayfs: rename(2) says EXDEV, mv copies; a written name leaves the others.
   */
  @ParameterizedTest
  @EnumSource(Rung.class)
  void t11_lower_directories_move_by_copy_and_written_hard_links_part(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung).addBusybox(dir.resolve("busybox"))) {
      fixture.add(new TarBytes().directory("d/").file("d/f", "content").hardLink("g", "d/f"));
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd root = fixture.mount(snapshot)) {
        ErrnoException e =
            assertThrows(
                ErrnoException.class,
                () ->
                    fixture.syscalls.renameat2(
                        root, ByteString.of("d"), root, ByteString.of("e"), 0));
        assertEquals(Errno.EXDEV, e.errno());
      }
      SnapshotFixture.Result result =
          fixture.run("mv /d /e && cat /e/f && echo . >>/g && cat /e/f /g; ls /d");
      assertTrue(result.output().startsWith("contentcontentcontent.\n"), result.output());
      assertTrue(result.output().contains("/d: No such file"), result.output());
    }
  }

  /** So collecting garbage can do no harm to what runs. */
  @ParameterizedTest
  @EnumSource(
      value = Rung.class,
      names = {"EROFS", "LOOP"})
  void t12_tar_and_index_may_be_deleted_while_they_are_mounted(Rung rung) throws IOException {
    try (SnapshotFixture fixture = fixture(rung).add(file("a", "content"));
        ActiveSnapshot snapshot = fixture.prepare()) {
      LayerUnit unit = fixture.indexes.ensure(fixture.layers.get(0));
      Files.delete(unit.index());
      Files.delete(unit.devices().get(0));
      assertEquals("a REGULAR 644 0:0 0+0 7 content\n", text(fixture, snapshot));
    }
  }
}
