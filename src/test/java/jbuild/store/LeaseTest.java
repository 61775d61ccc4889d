package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // leases are held, not looked at
class LeaseTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000);

  @TempDir Path temporary;
  private DataRoot root;
  private BlobStore blobs;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
    blobs = new BlobStore(root);
  }

  private Leases leases() throws IOException {
    try (CollectionLock lock = CollectionLock.acquire(new DataRoot(temporary))) {
      return lock.leases();
    }
  }

  private Digest oldBlob(int content) throws IOException {
    Digest digest = blobs.put(new byte[] {(byte) content});
    Files.setLastModifiedTime(root.blob(digest), LONG_AGO);
    return digest;
  }

  private long modified(Digest digest) throws IOException {
    return Files.getLastModifiedTime(root.blob(digest)).toMillis();
  }

  private Image image() throws IOException {
    Digest layer = blobs.put(new byte[] {1, 2, 3, 4, 5});
    return new ImageStore(blobs, new References(root))
        .write(ImageConfig.empty(Platform.host()), List.of(new ImageStore.LayerBlob(layer, 5)));
  }

  @Test
  void without_leases_nothing_is_kept() throws IOException {
    assertEquals(new Leases(Long.MAX_VALUE, Set.of()), leases());
  }

  @Test
  void what_is_old_and_used_again_is_touched_so_that_it_is_kept() throws IOException {
    Digest old = oldBlob(1);
    try (Lease lease = Lease.onEverything(root)) {
      assertTrue(modified(old) < leases().keptSince());
      assertTrue(blobs.keep(old));
      assertTrue(modified(old) >= leases().keptSince());
    }
    assertEquals(Long.MAX_VALUE, leases().keptSince());
  }

  @Test
  void committing_what_is_there_keeps_it() throws IOException {
    Digest old = oldBlob(1);
    try (Lease lease = Lease.onEverything(root)) {
      assertEquals(old, blobs.put(new byte[] {1}));
      assertTrue(modified(old) >= leases().keptSince());
    }
  }

  @Test
  void what_is_young_is_not_touched() throws IOException {
    Digest young = blobs.put(new byte[] {1});
    FileTime minuteAgo = FileTime.fromMillis(System.currentTimeMillis() - 60_000);
    Files.setLastModifiedTime(root.blob(young), minuteAgo);
    try (Lease lease = Lease.onEverything(root)) {
      assertTrue(blobs.keep(young));
      assertEquals(minuteAgo.toMillis(), modified(young));
      assertTrue(minuteAgo.toMillis() >= leases().keptSince());
    }
  }

  @Test
  void what_is_not_there_is_not_kept() throws IOException {
    Digest gone = oldBlob(1);
    Files.delete(root.blob(gone));
    assertFalse(blobs.keep(gone));
    try (Lease lease = Lease.onEverything(root)) {
      assertFalse(blobs.keep(gone));
    }
  }

  @Test
  void the_oldest_living_lease_counts() throws IOException {
    try (Lease older = Lease.onEverything(root)) {
      age(LONG_AGO);
      try (Lease younger = Lease.onEverything(root)) {
        assertEquals(LONG_AGO.toMillis() - Lease.SLACK_MILLIS, leases().keptSince());
      }
    }
  }

  private void age(FileTime time) throws IOException {
    try (Stream<Path> files = Files.list(root.leases())) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  @Test
  void a_lease_on_an_image_keeps_that_image_and_no_more() throws IOException {
    Image image = image();
    try (Lease lease = Lease.onImage(root, image)) {
      assertEquals(new Leases(Long.MAX_VALUE, Set.of(image.descriptor().digest())), leases());
    }
    assertEquals(Set.of(), leases().images());
  }

  @Test
  void an_image_that_was_collected_gets_no_lease() throws IOException {
    Image image = image();
    Digest layer = image.manifest().layers().get(0).digest();
    Files.delete(root.blob(layer));
    StoreException e = assertThrows(StoreException.class, () -> Lease.onImage(root, image));
    assertTrue(e.getMessage().contains(layer + " is not in the store"), e.getMessage());
    assertEquals(Set.of(), leases().images());
  }

  @Test
  void dead_owners_keep_nothing_and_their_leases_are_swept() throws IOException {
    Owner self = root.owner();
    Owner dead = new Owner(self.pid(), self.startTime() + 1, self.namespace());
    Files.createFile(root.leases().resolve(dead.prefix() + "1-1"));
    assertEquals(Long.MAX_VALUE, leases().keptSince());
    assertEquals(1, new StoreSweeper(root, new Trash(root, new TestTreeRemover())).sweep());
  }

  @Test
  void owners_in_another_pid_namespace_are_believed_for_a_day() throws IOException {
    Owner self = root.owner();
    Owner unseen = new Owner(1, 1, self.namespace() + 1);
    Path lease = Files.createFile(root.leases().resolve(unseen.prefix() + "1-1"));
    assertTrue(leases().keptSince() < Long.MAX_VALUE);
    Files.setLastModifiedTime(
        lease, FileTime.fromMillis(System.currentTimeMillis() - Leases.UNSEEN_MILLIS - 60_000));
    assertEquals(Long.MAX_VALUE, leases().keptSince());
  }

  @Test
  void nothing_old_is_taken_while_a_collection_removes() throws Exception {
    Digest old = oldBlob(1);
    try (Lease lease = Lease.onEverything(root)) {
      Thread taker;
      boolean[] kept = {true};
      try (CollectionLock lock = CollectionLock.acquire(new DataRoot(temporary))) {
        taker =
            new Thread(
                () -> {
                  try {
                    kept[0] = blobs.keep(old);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        taker.start();
        Thread.sleep(50);
        assertTrue(taker.isAlive(), "it waits for the collection");
        Files.delete(root.blob(old));
      }
      taker.join();
      assertFalse(kept[0], "what the collection removed is not there");
    }
  }

  @Test
  void unreadable_manifests_are_an_error_and_what_they_need_is_not_guessed() throws IOException {
    Image image = image();
    ReachableBlobs reachable = new ReachableBlobs(blobs);
    assertTrue(reachable.add(image.descriptor()));
    assertFalse(reachable.add(image.descriptor()));
    assertEquals(Map.of(image.descriptor().digest(), image.diffIds()), reachable.stacks());
    Files.delete(root.blob(image.descriptor().digest()));
    assertThrows(StoreException.class, () -> new ReachableBlobs(blobs).add(image.descriptor()));
  }
}
