package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.ImageReference;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import jbuild.oci.OciFormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
  @TempDir Path temporary;
  private DataRoot root;
  private BlobStore blobs;
  private References references;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
    blobs = new BlobStore(root);
    references = new References(root);
  }

  private static byte[] manifest(String seed) throws IOException {
    Digest config = Digest.of(seed.getBytes(StandardCharsets.UTF_8));
    return Manifest.of(Descriptor.of(MediaTypes.CONFIG, config, 9), List.of()).toJson();
  }

  private Descriptor image(String seed) throws IOException {
    byte[] manifest = manifest(seed);
    return Descriptor.of(MediaTypes.MANIFEST, blobs.put(manifest), manifest.length);
  }

  private static String firstDigits(int number) throws IOException {
    return Digest.of(manifest("n" + number)).hex().substring(0, 4);
  }

  private Digest found(String typed) throws IOException {
    return Objects.requireNonNull(references.find(typed), typed).descriptor().digest();
  }

  @Test
  void a_name_stands_for_the_last_image_put_under_it() throws IOException {
    Descriptor one = image("1");
    Descriptor two = image("2");
    references.put("hello", one);
    references.put("hello", two);
    references.put("hello:1", one);
    references.put("same", one);
    assertEquals(two.digest(), found("hello"));
    assertEquals(two.digest(), found("hello:latest"));
    assertEquals(one.digest(), found("hello:1"));
    assertEquals(one.digest(), found("same@" + one.digest()));
    assertNull(references.find("hello:2"));
    assertNull(references.find(ImageReference.parse("hello:1@" + two.digest())));
    assertEquals(
        List.of("hello:latest", "hello:1", "same:latest"),
        references.list().stream().map(Reference::name).toList());
  }

  @Test
  void a_name_can_be_removed() throws IOException {
    references.put("a", image("1"));
    references.put("b", image("1"));
    assertTrue(references.remove("a:latest"));
    assertFalse(references.remove("a"));
    assertNull(references.find("a"));
    Reference rest = Objects.requireNonNull(references.find("b"));
    assertTrue(references.remove(rest));
    assertFalse(references.remove(rest));
    assertEquals(List.of(), references.list());
  }

  @Test
  void an_image_without_a_name_is_kept_once() throws IOException {
    Descriptor image = image("1");
    references.putNameless(image);
    references.putNameless(image);
    assertEquals(List.of(new Reference(null, image)), references.list());
    assertEquals(image.digest(), found(image.digest().hex()));
  }

  @Test
  void digits_of_manifest_or_configuration_find_an_image() throws IOException {
    Descriptor image = image("1");
    Digest config = Digest.of("1".getBytes(StandardCharsets.UTF_8));
    references.put("a", image);
    references.put("b", image);
    assertEquals(image.digest(), found(image.digest().toString()));
    assertEquals(image.digest(), found(image.digest().hex().substring(0, 4)));
    assertEquals(image.digest(), found(config.toString()));
    assertEquals(image.digest(), found(config.shortHex()));
    assertNull(references.find(image.digest().hex().substring(0, 3)));
    assertNull(references.find("Not A Name"));
  }

  @Test
  void digits_of_two_images_are_refused_and_a_name_goes_first() throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    int second = 0;
    while (seen.putIfAbsent(firstDigits(second), second) == null) {
      second++;
    }
    String digits = firstDigits(second);
    references.put("first", image("n" + seen.get(digits)));
    references.put("second", image("n" + second));
    StoreException e = assertThrows(StoreException.class, () -> references.find(digits));
    assertTrue(e.getMessage().contains("give more digits"), e.getMessage());
    references.put(digits, image("x"));
    assertEquals(image("x").digest(), found(digits));
  }

  @Test
  void names_must_be_names_and_images_must_be_there() throws IOException {
    Descriptor image = image("1");
    assertThrows(OciFormatException.class, () -> references.put("A B", image));
    assertThrows(StoreException.class, () -> references.put("a@" + image.digest(), image));
    Descriptor absent = Descriptor.of(MediaTypes.MANIFEST, Digest.of(new byte[5]), 5);
    assertThrows(StoreException.class, () -> references.put("a", absent));
  }

  @Test
  void putting_the_same_again_writes_nothing() throws IOException {
    references.put("a", image("1"));
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(root.indexJson(), old);
    references.put("a", image("1"));
    assertEquals(old, Files.getLastModifiedTime(root.indexJson()));
  }

  @Test
  void entries_of_other_tools_survive() throws IOException {
    Digest digest = Digest.of(new byte[0]);
    Files.writeString(
        root.indexJson(),
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "digest":"%s","size":0,"urls":["https://a/b"],
         "annotations":{"org.opencontainers.image.ref.name":"v1","x":"y"}}],"extra":[1]}
        """
            .formatted(digest));
    references.put("a", image("1"));
    assertEquals(digest, found("v1"));
    String json = Files.readString(root.indexJson());
    assertTrue(json.contains("\"urls\":[\"https://a/b\"]"), json);
    assertTrue(json.contains("\"x\":\"y\""), json);
    assertTrue(json.contains("\"extra\":[1]"), json);
  }

  @Test
  void a_damaged_index_is_named() throws IOException {
    Files.writeString(root.indexJson(), "{\"schemaVersion\":2,\"manifests\":7}");
    IOException e = assertThrows(OciFormatException.class, references::list);
    assertEquals(root.indexJson() + ": /manifests: is an integer, not an array", e.getMessage());
  }

  @Test
  void four_threads_and_another_process_lose_nothing() throws Exception {
    Process other = OtherProcess.start("put-names", temporary.toString(), "other", "40");
    OtherProcess.awaitReady(other);
    Descriptor image = image("1");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        String repository = "t" + thread;
        References mine = thread == 0 ? references : new References(new DataRoot(temporary));
        writers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    mine.put(repository + ":" + i, image);
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(0, other.waitFor());
    assertEquals(4 * 20 + 40, references.list().size());
  }
}
