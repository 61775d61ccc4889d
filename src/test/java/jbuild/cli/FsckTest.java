package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import jbuild.cli.Session.Result;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jbuild fsck} finds, repairs and leaves, with the exit codes of fsck(8). */
class FsckTest {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
    session.file("file", "content");
    session.build("app", "FROM scratch", "COPY file /", "ENV a=b", "COPY file /again").succeeds();
  }

  private Result fsck(int code, String... options) {
    List<String> words = new ArrayList<>(List.of("fsck"));
    words.addAll(List.of(options));
    Result result = session.jbuild(words.toArray(String[]::new));
    assertEquals(code, result.code(), result.out() + result.err());
    return result;
  }

  private static void assertContains(String part, Result result) {
    assertTrue(result.out().contains(part), () -> "no <" + part + "> in: " + result.out());
  }

  private List<Path> layers() throws IOException {
    List<Path> layers = new ArrayList<>();
    for (String hex : StoreFiles.digests(session.root().resolve("index"))) {
      layers.add(session.root().resolve("blobs/sha256").resolve(hex));
    }
    return layers;
  }

  private static void flip(Path file, int at) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    byte[] content = Files.readAllBytes(file);
    content[at] ^= 1;
    Files.write(file, content);
  }

  @Test
  void a_store_in_order_is_clean() throws IOException {
    Map<String, Long> before = StoreFiles.all(session.root());
    assertContains("1 images, 4 blobs", fsck(0));
    assertContains("2 build cache records: clean\n", fsck(0));
    assertContains("clean", fsck(0, "--fast"));
    assertContains("clean", fsck(0, "-n"));
    assertEquals(before, StoreFiles.all(session.root()));
  }

  @Test
  void a_flipped_bit_in_a_layer_is_told_with_its_image_and_left() throws IOException {
    Path layer = layers().get(0);
    flip(layer, (int) Files.size(layer) - 1);
    fsck(0, "--fast");
    Result found = fsck(4, "-n");
    assertContains(
        "image app:latest: layer sha256:"
            + layer.getFileName()
            + ": its content is damaged, its digest is sha256:",
        found);
    fsck(5); // the record that would lend the layer to the next build goes
    fsck(4);
    session.jbuild("rmi", "app").succeeds();
    session.jbuild("gc").succeeds();
    assertFalse(Files.exists(layer));
    fsck(0);
    session.jbuild("-t", "app", session.context().toString()).succeeds();
    fsck(0);
  }

  @Test
  void a_layer_that_was_cut_or_is_gone_is_told_without_reading() throws IOException {
    Path layer = layers().get(0);
    byte[] content = Files.readAllBytes(layer);
    Files.delete(layer);
    assertContains(
        "layer sha256:" + layer.getFileName() + ": it is not in the store",
        fsck(4, "--fast", "-n"));
    Files.write(layer, new byte[512]);
    assertContains("it has 512 bytes instead of " + content.length, fsck(4, "--fast", "-n"));
    Files.write(layer, content);
    fsck(0);
  }

  @Test
  void damaged_documents_and_names_are_told() throws IOException {
    Path blobs = session.root().resolve("blobs/sha256");
    Path manifest = null;
    for (String hex : StoreFiles.digests(blobs)) {
      if (Files.readString(blobs.resolve(hex)).startsWith("{\"schemaVersion\"")) {
        manifest = blobs.resolve(hex);
      }
    }
    flip(manifest, 0);
    Result found = fsck(4, "-n", "--fast");
    assertContains("image app:latest: manifest sha256:" + manifest.getFileName(), found);
    assertContains("gc would free nothing", found);
    Files.writeString(session.root().resolve("index.json"), "{");
    assertContains("names: ", fsck(4));
    assertTrue(Files.exists(manifest), "without names nothing of no image is known");
  }

  @Test
  void damaged_indexes_are_removed_and_made_again() throws IOException {
    Path layer = layers().get(0);
    Path index = session.root().resolve("index").resolve(layer.getFileName() + ".erofs");
    byte[] good = Files.readAllBytes(index);
    for (int at : new int[] {1024, 1100, good.length - 1, good.length / 2 + 200}) {
      flip(index, at);
      assertContains("index sha256:" + layer.getFileName(), fsck(4, "-n"));
      assertContains("(removed)", fsck(1));
      assertFalse(Files.exists(index));
      fsck(0);
      session.jbuild("gc").succeeds();
      Files.write(index, good);
      fsck(0);
    }
  }

  @Test
  void torn_records_are_dropped() throws IOException {
    Path steps = session.root().resolve("cache/steps");
    Path record = steps.resolve(StoreFiles.digests(steps).get(0));
    Files.writeString(record, "{\"parent\":");
    assertContains("build cache record", fsck(4, "-n"));
    fsck(1);
    fsck(0);
  }

  @Test
  void damaged_blobs_of_no_image_do_not_wait_for_the_next_build() throws IOException {
    session.jbuild("rmi", "app").succeeds();
    Path layer = layers().stream().max(Comparator.naturalOrder()).orElseThrow();
    flip(layer, 0);
    assertContains("of no image: its content is damaged", fsck(1));
    assertFalse(Files.exists(layer));
    fsck(0);
  }

  @Test
  void strange_files_are_named_and_left() throws IOException {
    Path strange = Files.writeString(session.root().resolve("blobs/sha256/notes.txt"), "x");
    assertContains("unknown file: " + strange, fsck(0));
    assertTrue(Files.exists(strange));
  }

  @Test
  void layers_and_configuration_must_agree() throws IOException {
    Path blobs = session.root().resolve("blobs/sha256");
    for (String hex : StoreFiles.digests(blobs)) {
      String text = Files.readString(blobs.resolve(hex));
      if (text.startsWith("{\"schemaVersion\"")) {
        String less = text.replaceFirst(",\\{\"mediaType\":[^}]*\\}\\]", "]");
        String other = Digest.of(less.getBytes(UTF_8)).hex();
        Files.writeString(blobs.resolve(other), less);
        Path names = session.root().resolve("index.json");
        Files.writeString(
            names,
            Files.readString(names)
                .replace(hex, other)
                .replace("\"size\":" + text.length(), "\"size\":" + less.length()));
      }
    }
    assertContains("its manifest has 1 layers, its configuration has 2", fsck(4, "-n"));
  }
}
