package jbuild.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.base.FetchRules;
import jbuild.base.Proxies;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpCacheTest {
  private static final String MONDAY = "Mon, 06 Nov 2023 08:49:37 GMT";
  private static final long MONDAY_SECONDS = 1_699_260_577;

  @TempDir Path directory;
  private final byte[] content = new byte[200_000];
  private FileServer server;
  private DataRoot root;
  private HttpCache cache;

  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(content);
    server = new FileServer();
    root = new DataRoot(directory.resolve("root")).create();
    cache = cache(1 << 20);
  }

  private HttpCache cache(long maxBytes) {
    return new HttpCache(root, new FetchRules(Proxies.NONE, maxBytes, Duration.ofSeconds(30)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(root.downloads())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_file_is_kept_by_its_content_and_as_old_as_the_server_says() throws IOException {
    server.put("/x", content, null, MONDAY);
    HttpFile file = cache.get(server.url("/x"), null);
    assertEquals(Digest.of(content), file.digest());
    assertArrayEquals(content, Files.readAllBytes(file.path()));
    assertEquals(content.length, file.size());
    assertEquals(MONDAY_SECONDS, file.modifiedSeconds());
  }

  @Test
  void a_server_that_says_no_time_gives_a_file_of_1970() throws IOException {
    server.put("/x", content);
    assertEquals(0, cache.get(server.url("/x"), null).modifiedSeconds());
    server.put("/y", content, null, "yesterday");
    assertEquals(0, cache.get(server.url("/y"), null).modifiedSeconds());
  }

  @Test
  void what_has_not_changed_is_not_sent_again() throws IOException {
    server.put("/tag", content, "\"1\"", null).put("/time", content, null, MONDAY);
    for (String path : List.of("/tag", "/time")) {
      cache.get(server.url(path), null);
      HttpFile again = cache.get(server.url(path), null);
      assertEquals(List.of(path + " 200", path + " 304"), server.requests());
      assertArrayEquals(content, Files.readAllBytes(again.path()));
    }
    assertEquals(MONDAY_SECONDS, cache.get(server.url("/time"), null).modifiedSeconds());
  }

  @Test
  void what_has_changed_is_fetched() throws IOException {
    server.put("/x", content, "\"1\"", null);
    cache.get(server.url("/x"), null);
    server.put("/x", new byte[] {1, 2, 3}, "\"2\"", null);
    assertEquals(3, cache.get(server.url("/x"), null).size());
    assertEquals(List.of("/x 200", "/x 200"), server.requests());
  }

  @Test
  void a_file_that_is_no_longer_there_is_fetched_whatever_is_known_of_it() throws IOException {
    server.put("/x", content, "\"1\"", null);
    Files.delete(cache.get(server.url("/x"), null).path());
    assertArrayEquals(content, Files.readAllBytes(cache.get(server.url("/x"), null).path()));
    assertEquals(List.of("/x 200", "/x 200"), server.requests());
  }

  @Test
  void nobody_is_asked_for_content_whose_checksum_is_there() throws IOException {
    server.put("/x", content, "\"1\"", MONDAY);
    Digest checksum = Digest.of(content);
    cache.get(server.url("/x"), checksum);
    server.requests();
    assertEquals(MONDAY_SECONDS, cache.get(server.url("/x"), checksum).modifiedSeconds());
    assertEquals(checksum, cache.get(server.url("/elsewhere"), checksum).digest());
    assertEquals(List.of(), server.requests());
  }

  @Test
  void another_checksum_is_an_error_and_nothing_is_kept() throws IOException {
    server.put("/x", content, "\"1\"", null);
    Digest wrong = Digest.of(new byte[0]);
    RemoteException error =
        assertThrows(RemoteException.class, () -> cache.get(server.url("/x"), wrong));
    assertEquals(
        "fetch "
            + server.url("/x")
            + ": its checksum is "
            + Digest.of(content)
            + ", and not "
            + wrong
            + " as --checksum says",
        error.getMessage());
    assertEquals(List.of(), kept());
    // The same when the server says that what is known is still the one.
    cache.get(server.url("/x"), null);
    assertThrows(RemoteException.class, () -> cache.get(server.url("/x"), wrong));
  }

  @Test
  void a_transfer_that_breaks_off_is_resumed() throws IOException {
    server.put("/x", content, "\"1\"", null);
    server.cut(2);
    assertArrayEquals(content, Files.readAllBytes(cache.get(server.url("/x"), null).path()));
    assertEquals(List.of("/x 200", "/x 206", "/x 206"), server.requests());
  }

  @Test
  void a_body_that_stays_truncated_is_an_error_and_its_part_is_kept() throws IOException {
    server.put("/x", content); // without a validator nothing can be resumed
    server.cut(100);
    IOException error = assertThrows(IOException.class, () -> cache.get(server.url("/x"), null));
    assertTrue(error.getMessage().contains("bytes are kept"), error.getMessage());
    assertEquals(1, kept().size());
    assertTrue(kept().get(0).endsWith(".part"));
  }

  @Test
  void a_file_that_is_too_large_is_refused_before_it_came() {
    server.put("/x", content, "\"1\"", null);
    IOException error =
        assertThrows(IOException.class, () -> cache(100_000).get(server.url("/x"), null));
    assertEquals(
        "fetch " + server.url("/x") + ": it is larger than 100000 bytes", error.getMessage());
  }

  @Test
  void a_body_without_a_length_is_counted() {
    server
        .server()
        .createContext(
            "/endless",
            exchange -> {
              exchange.sendResponseHeaders(200, 0); // chunked
              for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(content);
              }
              exchange.close();
            });
    IOException error =
        assertThrows(IOException.class, () -> cache.get(server.url("/endless"), null));
    assertEquals(
        "fetch " + server.url("/endless") + ": it is larger than 1048576 bytes",
        error.getMessage());
  }

  @Test
  void a_transfer_that_takes_too_long_is_given_up() {
    server.put("/x", content);
    HttpCache hurried = new HttpCache(root, new FetchRules(Proxies.NONE, 1 << 20, Duration.ZERO));
    IOException error = assertThrows(IOException.class, () -> hurried.get(server.url("/x"), null));
    assertEquals("fetch " + server.url("/x") + ": it takes longer than 0 s", error.getMessage());
  }

  @Test
  void redirections_lead_to_the_file_but_not_in_circles() throws IOException {
    server.put("/x", content);
    server.redirect("/moved", "/x");
    server.redirect("/circle", "/circle");
    server.redirect("/file", "file:///etc/passwd");
    assertEquals(Digest.of(content), cache.get(server.url("/moved"), null).digest());
    for (String path : List.of("/circle", "/file", "/nothing")) {
      assertThrows(IOException.class, () -> cache.get(server.url(path), null));
    }
  }

  @Test
  void a_record_that_is_damaged_counts_as_none() throws IOException {
    server.put("/x", content, "\"1\"", null);
    cache.get(server.url("/x"), null);
    Digest key = Digest.of(server.url("/x").getBytes(StandardCharsets.UTF_8));
    Files.writeString(root.downloads().resolve(key.hex() + ".url"), "what\nis\nthis\n");
    cache.get(server.url("/x"), null);
    assertEquals(List.of("/x 200", "/x 200"), server.requests());
  }

  @Test
  void user_and_password_are_sent_and_never_shown() {
    List<String> sent = new ArrayList<>();
    server
        .server()
        .createContext(
            "/private",
            exchange -> {
              sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
              exchange.sendResponseHeaders(403, -1);
              exchange.close();
            });
    String url = server.url("/private").replace("//", "//me:secret@");
    IOException error = assertThrows(IOException.class, () -> cache.get(url, null));
    assertEquals(List.of("Basic bWU6c2VjcmV0"), sent);
    assertFalse(error.getMessage().contains("secret"), error.getMessage());
  }
}
