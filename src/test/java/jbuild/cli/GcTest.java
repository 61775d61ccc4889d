package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import jbuild.store.DataRoot;
import jbuild.store.Lease;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jbuild gc} removes and what not. */
class GcTest {
  private static final int FILE_SIZE = 100_000;

  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
  }

  /** An image of one layer of its own. */
  private void image(String name, int seed) throws IOException {
    byte[] content = new byte[FILE_SIZE];
    new Random(seed).nextBytes(content);
    Files.write(session.context().resolve("file"), content);
    session.build(name, "FROM scratch", "COPY file /" + seed).succeeds();
  }

  private Result gc(String... options) {
    List<String> words = new ArrayList<>(List.of("gc"));
    words.addAll(List.of(options));
    return session.jbuild(words.toArray(String[]::new)).succeeds();
  }

  private void assertOnlyReferredFiles() throws IOException {
    assertEquals(StoreFiles.referred(session.root()), StoreFiles.all(session.root()));
  }

  private int layers() throws IOException {
    int count = 0;
    for (String hex : StoreFiles.digests(session.root().resolve("blobs/sha256"))) {
      count += Files.size(session.root().resolve("blobs/sha256").resolve(hex)) > FILE_SIZE ? 1 : 0;
    }
    return count;
  }

  /** Makes everything in the store look as if it were last used so long ago. */
  private void age(Duration age) throws IOException {
    FileTime time = FileTime.fromMillis(System.currentTimeMillis() - age.toMillis());
    for (String name : StoreFiles.all(session.root()).keySet()) {
      Files.setLastModifiedTime(session.root().resolve(name), time);
    }
  }

  @Test
  void after_it_the_data_root_is_as_large_as_what_is_referred_to() throws IOException {
    image("a", 1);
    image("b", 2);
    image("a", 3);
    session.jbuild("rmi", "b").succeeds();
    assertNotEquals(StoreFiles.referred(session.root()), StoreFiles.all(session.root()));
    assertTrue(gc("-a").out().contains("\nTotal reclaimed space: 2"), "200 kB of layers");
    assertOnlyReferredFiles();
    assertEquals(1, layers());
    session.jbuild("export", "-o", temporary.resolve("tar").toString(), "a").succeeds();
    assertEquals("Total reclaimed space: 0B\n", gc("-a").out());
  }

  @Test
  void an_empty_store_is_left_as_it_is() throws IOException {
    assertEquals("Total reclaimed space: 0B\n", gc("-a").out());
    assertOnlyReferredFiles();
  }

  @Test
  void what_the_cache_needs_for_images_that_stay_stays() throws IOException {
    image("a", 1);
    age(Duration.ofDays(400));
    gc("-a");
    assertTrue(session.jbuild("-t", "a", session.context().toString()).err().contains(" cached"));
    assertTrue(
        session
            .jbuild("-t", "a", session.context().toString())
            .err()
            .matches("(?s).*COPY.*cached.*"));
  }

  @Test
  void without_options_build_cache_stays_within_the_limit() throws IOException {
    image("a", 1);
    session.jbuild("rmi", "a").succeeds();
    gc();
    assertEquals(1, layers());
    gc("--keep-storage", "10m");
    assertEquals(1, layers());
    gc("--keep-storage", "10k");
    assertEquals(0, layers());
    assertEquals(List.of(), StoreFiles.digests(session.root().resolve("cache/steps")));
    assertEquals(List.of(), StoreFiles.digests(session.root().resolve("index")));
  }

  @Test
  void the_build_cache_that_was_used_last_stays() throws IOException {
    image("a", 1);
    image("b", 2);
    session.jbuild("rmi", "a", "b").succeeds();
    age(Duration.ofDays(2));
    image("a", 1); // a hit, which is a use
    session.jbuild("rmi", "a").succeeds();
    gc("--keep-storage", "150k");
    assertEquals(1, layers());
    Files.write(session.context().resolve("file"), new byte[] {1});
    assertTrue(gc("--filter", "until=24h").succeeds().out().contains("Total reclaimed space: "));
    assertEquals(1, layers(), "it was used today");
    age(Duration.ofDays(2));
    gc("--filter", "until=24h");
    assertEquals(0, layers());
  }

  @Test
  void a_dry_run_says_what_would_go_and_removes_nothing() throws IOException {
    image("a", 1);
    session.jbuild("rmi", "a").succeeds();
    Map<String, Long> before = StoreFiles.all(session.root());
    Result dry = gc("-a", "--dry-run");
    assertTrue(dry.out().contains("blobs/sha256/"), dry.out());
    assertTrue(dry.out().contains("Total reclaimable space: 10"), dry.out());
    assertEquals(before, StoreFiles.all(session.root()));
  }

  @Test
  @SuppressWarnings("try") // the lease is held, not looked at
  void what_a_living_command_made_or_took_is_spared() throws IOException {
    image("a", 1);
    session.jbuild("rmi", "a").succeeds();
    try (Lease lease = Lease.onEverything(new DataRoot(session.root()))) {
      assertTrue(gc("-a").out().contains("that running commands use"), "the lease is named");
      assertEquals(1, layers());
      age(Duration.ofDays(1)); // and the lease is empty, so it stays as young as it is
      gc("-a");
      assertEquals(0, layers(), "it is older than the lease and was not taken");
    }
  }

  @Test
  void the_image_of_a_container_stays_until_the_container_goes() throws IOException {
    image("a", 1);
    String manifest =
        StoreFiles.digests(session.root().resolve("blobs/sha256")).stream()
            .filter(hex -> isManifest(hex))
            .findFirst()
            .orElseThrow();
    Path container = Files.createDirectory(session.root().resolve("containers/0123456789ab"));
    Properties record = new Properties();
    record.setProperty("manifest", "sha256:" + manifest);
    try (var out = Files.newOutputStream(container.resolve("container"))) {
      record.store(out, null);
    }
    session.jbuild("rmi", "a").succeeds();
    gc("-a");
    assertOnlyReferredFiles();
    assertEquals(1, layers());
    session.jbuild("rm", "0123456789ab").succeeds();
    gc("-a");
    assertEquals(0, layers());
  }

  private boolean isManifest(String hex) {
    try {
      Path blob = session.root().resolve("blobs/sha256").resolve(hex);
      return Files.size(blob) < 4096 && Files.readString(blob).contains("\"schemaVersion\"");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothing_is_removed_while_nobody_can_say_what_an_image_needs() throws IOException {
    image("a", 1);
    image("b", 2);
    session.jbuild("rmi", "b").succeeds();
    for (String hex : StoreFiles.digests(session.root().resolve("blobs/sha256"))) {
      if (isManifest(hex)) {
        Path manifest = session.root().resolve("blobs/sha256").resolve(hex);
        Files.delete(manifest);
      }
    }
    Map<String, Long> before = StoreFiles.all(session.root());
    Result refused = session.jbuild("gc", "-a");
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().contains("collect garbage: image a:latest: what it needs"), refused.err());
    assertEquals(before, StoreFiles.all(session.root()));
    session.jbuild("rmi", "a").succeeds();
    gc("-a");
    assertEquals(0, layers());
  }

  @Test
  void of_the_merged_indexes_of_a_deep_image_one_stays() throws IOException {
    List<String> lines = new ArrayList<>(List.of("FROM scratch"));
    session.file("small", "x");
    for (int i = 0; i < 40; i++) {
      lines.add("COPY small /" + i);
    }
    session.build("deep", lines.toArray(String[]::new)).succeeds();
    int blobs = 40;
    int before = StoreFiles.digests(session.root().resolve("index")).size();
    assertTrue(before > blobs + 1, before + " indexes");
    gc("-a");
    assertEquals(blobs + 1, StoreFiles.digests(session.root().resolve("index")).size());
    session.jbuild("export", "-o", temporary.resolve("tar").toString(), "deep").succeeds();
  }

  @Test
  void logs_go_after_a_week_and_those_of_living_commands_never() throws IOException {
    session.jbuild("images").succeeds();
    Path logs = session.root().resolve("logs");
    String dead =
        "1-1-"
            + Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("\\D", "")
            + "-x";
    Path old = Files.createDirectory(logs.resolve(dead));
    Path living = Files.createDirectory(logs.resolve(new DataRoot(session.root()).freshName()));
    gc();
    assertTrue(Files.exists(old), "it is young");
    FileTime month = FileTime.fromMillis(System.currentTimeMillis() - 30L * 86_400_000);
    Files.setLastModifiedTime(old, month);
    Files.setLastModifiedTime(living, month);
    gc();
    assertFalse(Files.exists(old));
    gc("-a");
    assertTrue(Files.exists(living));
  }

  @Test
  void durations_and_sizes_that_cannot_be_meant_are_refused() {
    for (String filter : List.of("until=", "until=1", "until=1y", "label=x", "until=h")) {
      assertEquals(2, session.jbuild("gc", "--filter", filter).code(), filter);
    }
    assertEquals(2, session.jbuild("gc", "--keep-storage", "much").code());
    gc("--filter", "until=1h30m");
  }

  @Test
  void a_build_that_fills_the_store_starts_one_in_the_background() throws Exception {
    session.set("JBUILD_GC", "50k");
    image("a", 1);
    Path note = session.root().resolve("cache/collected");
    // 1 GB of cache, and a file system that has only become emptier since
    Files.write(note, ByteBuffer.allocate(16).putLong(1L << 30).putLong(Long.MAX_VALUE).array());
    String[] build = {"build", "-t", "a", session.context().toString()};
    Result off = new Session(temporary).set("JBUILD_GC", "off").process("", build).succeeds();
    assertFalse(off.err().contains("collecting garbage"), off.err());
    Result on = session.process("", build).succeeds();
    assertTrue(on.err().contains("collecting garbage in the background"), on.err());
    for (int i = 0; i < 600; i++) {
      if (ByteBuffer.wrap(Files.readAllBytes(note)).getLong() != 1L << 30) {
        return; // it ran to its end
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no collection within a minute");
  }

  @Test
  void leftovers_of_killed_commands_go() throws Exception {
    session.jbuild("images").succeeds();
    Process other = session.start("import", "-t", "x", "-");
    awaitFile(session.root().resolve("leases"));
    other.destroyForcibly().waitFor();
    assertTrue(gc().out().contains("leftovers of commands that were killed"));
    try (Stream<Path> leases = Files.list(session.root().resolve("leases"))) {
      assertEquals(0, leases.count());
    }
  }

  private static void awaitFile(Path directory) throws Exception {
    for (int i = 0; i < 600; i++) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          return;
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("nothing in " + directory);
  }
}
