package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jbuild.io.ByteString;
import jbuild.layer.KernelTreeRemover;
import jbuild.layer.LayerUnit;
import jbuild.layer.Shell;
import jbuild.layer.TarBytes;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.store.StoreSweeper;
import jbuild.store.Trash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mounts that one process has and another uses. */
class SharedMountsRootTest {
  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("borrowed mounts");
  }

  private SnapshotFixture fixture(Rung rung) throws IOException {
    SnapshotFixture fixture = new SnapshotFixture(dir.resolve("store"), rung);
    fixture.add(new TarBytes().file("a", "content")).saveLayers();
    return fixture;
  }

  private static LayerUnit unit(SnapshotFixture fixture) throws IOException {
    return fixture.indexes.ensure(fixture.layers.get(0));
  }

  private static List<Path> offers(SnapshotFixture fixture) throws IOException {
    try (Stream<Path> names = Files.list(fixture.root.mounts())) {
      return names.toList();
    }
  }

  /** Mounts of one superblock have one device number: its page cache is one. */
  private static long superblock(SnapshotFixture fixture, Fd mount) throws IOException {
    return fixture.syscalls.fstat(mount).device();
  }

  private static Fd layer(ActiveSnapshot snapshot) {
    List<Fd> lowers = snapshot.root().lowers();
    return lowers.get(lowers.size() - 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Rung.class,
      names = {"EROFS", "LOOP"})
  void a_layer_that_another_process_has_mounted_is_borrowed(Rung rung) throws Exception {
    try (SnapshotFixture fixture = fixture(rung)) {
      Process other = OtherHolder.start("hold", fixture.root.root(), rung, "");
      try {
        OtherHolder.awaitLine(other);
        String theirs = descriptor(offers(fixture).get(0));
        long superblock = lent(fixture, other, theirs);
        try (ActiveSnapshot snapshot = fixture.prepare()) {
          assertEquals(superblock, superblock(fixture, layer(snapshot)));
          other.destroyForcibly().waitFor();
          // What was borrowed lives on without the lender, and can be lent again.
          try (Fd mounted = fixture.mount(snapshot);
              Fd again =
                  new SharedMounts(fixture.syscalls, fixture.root).borrow(rung, unit(fixture))) {
            assertEquals(
                "a REGULAR 644 0:0 0+0 7 content\n", MountedTree.text(fixture.syscalls, mounted));
            assertEquals(superblock(fixture, layer(snapshot)), superblock(fixture, again));
          }
        }
      } finally {
        other.destroyForcibly();
      }
    }
    assertEquals(List.of(), HostState.settled(dir));
  }

  private static long lent(SnapshotFixture fixture, Process lender, String descriptor)
      throws IOException {
    ByteString path = ByteString.of("/proc/" + lender.pid() + "/fd/" + descriptor);
    try (Fd mount = fixture.syscalls.openat(Fd.CWD, path, OpenFlags.PATH, 0)) {
      return superblock(fixture, mount);
    }
  }

  private static String descriptor(Path offer) {
    return offer.getFileName().toString().split("-")[3];
  }

  @Test
  void directories_are_not_lent() throws Exception {
    try (SnapshotFixture fixture = fixture(Rung.DIRECTORY);
        ActiveSnapshot snapshot = fixture.prepare()) {
      assertEquals(List.of(), offers(fixture));
      assertTrue(Files.isDirectory(snapshot.upper()));
    }
  }

  @Test
  void the_offer_ends_with_the_lender_and_its_rung_counts() throws Exception {
    SnapshotFixture fixture = fixture(Rung.EROFS);
    try (ActiveSnapshot snapshot = fixture.prepare()) {
      SharedMounts other = new SharedMounts(fixture.syscalls, fixture.root);
      assertEquals(1, offers(fixture).size());
      assertNull(other.borrow(Rung.LOOP, unit(fixture)));
      try (Fd borrowed = other.borrow(Rung.EROFS, unit(fixture))) {
        assertNotNull(borrowed);
        assertNotEquals(layer(snapshot).number(), borrowed.number());
      }
    }
    fixture.close();
    assertEquals(List.of(), offers(fixture));
    assertNull(new SharedMounts(fixture.syscalls, fixture.root).borrow(Rung.EROFS, unit(fixture)));
  }

  @Test
  void offers_of_the_dead_and_of_others_are_ignored_and_those_of_the_dead_swept() throws Exception {
    try (SnapshotFixture fixture = fixture(Rung.EROFS)) {
      Process other = OtherHolder.start("hold", fixture.root.root(), Rung.EROFS, "");
      OtherHolder.awaitLine(other);
      other.destroyForcibly().waitFor();
      String[] parts = offers(fixture).get(0).getFileName().toString().split("-");
      String rest = "-" + parts[3] + "-" + parts[4] + "-" + parts[5];
      String self = fixture.root.owner().prefix();
      Path elsewhere =
          Files.createFile(fixture.root.mounts().resolve("1-1-1" + rest)); // another namespace
      // A process with the number of one that was, and a descriptor that is something else.
      Files.createFile(
          fixture.root.mounts().resolve(fixture.root.owner().pid() + "-1-" + parts[2] + rest));
      Files.createFile(fixture.root.mounts().resolve(self + "0-" + parts[4] + "-" + parts[5]));
      Files.createFile(fixture.root.mounts().resolve(self + "99999-" + parts[4] + "-" + parts[5]));
      assertNull(
          new SharedMounts(fixture.syscalls, fixture.root).borrow(Rung.EROFS, unit(fixture)));
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd mounted = fixture.mount(snapshot)) {
        assertEquals(
            "a REGULAR 644 0:0 0+0 7 content\n", MountedTree.text(fixture.syscalls, mounted));
      }
      new StoreSweeper(
              fixture.root, new Trash(fixture.root, new KernelTreeRemover(fixture.syscalls)))
          .sweep();
      assertTrue(Files.exists(elsewhere));
      assertEquals(
          List.of(),
          offers(fixture).stream()
              .filter(offer -> offer.getFileName().toString().startsWith(other.pid() + "-"))
              .toList());
    }
  }

  @Test
  void a_lender_that_dies_at_any_moment_costs_nothing_but_a_mount() throws Exception {
    try (SnapshotFixture fixture = fixture(Rung.EROFS)) {
      for (int round = 0; round < 4; round++) {
        Process other = OtherHolder.start("hold", fixture.root.root(), Rung.EROFS, "");
        OtherHolder.awaitLine(other);
        SharedMounts shared = new SharedMounts(fixture.syscalls, fixture.root);
        int borrowed = 0;
        for (int i = 0; i < 2000 && (i < 200 || other.isAlive()); i++) {
          if (i == 100) {
            other.destroyForcibly();
          }
          try (Fd mount = shared.borrow(Rung.EROFS, unit(fixture))) {
            if (mount != null) {
              borrowed++;
              assertTrue(superblock(fixture, mount) != 0);
            }
          }
        }
        other.waitFor();
        assertTrue(borrowed >= 100, borrowed + " times");
        try (ActiveSnapshot snapshot = fixture.prepare();
            Fd mounted = fixture.mount(snapshot)) {
          assertEquals(
              "a REGULAR 644 0:0 0+0 7 content\n", MountedTree.text(fixture.syscalls, mounted));
        }
      }
    }
  }
}
