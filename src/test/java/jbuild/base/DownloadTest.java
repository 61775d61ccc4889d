package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DownloadTest {
  private static final int BROKEN_AT = 100_000;

  @TempDir Path directory;
  private final ImportProgress progress = new ImportProgress();
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private byte[] content = new byte[300_000];
  private String tag = "\"one\"";
  private int breaks;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/x.iso", this::file);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/x.iso");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/circle",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/circle");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Answers ranges of the file that it has now; breaks off as often as the test wants it. */
  private void file(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean same = tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    ranges.add(String.valueOf(range));
    int from = 0;
    if (range != null && same) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
    exchange.getResponseHeaders().add("ETag", tag);
    if (from >= content.length) {
      exchange.getResponseHeaders().add("Content-Range", "bytes */" + content.length);
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    OutputStream body = exchange.getResponseBody();
    if (breaks > 0) {
      breaks--;
      body.write(content, from, Math.min(BROKEN_AT, content.length - from));
      body.flush();
    } else {
      body.write(content, from, content.length - from);
    }
    exchange.close();
  }

  private byte[] fetch(String path) throws IOException {
    try (Download.Fetched fetched =
        Download.fetch(url(path), directory, FetchRules.UNLIMITED, progress)) {
      return Files.readAllBytes(fetched.path());
    }
  }

  @Test
  void fetches_a_file_and_removes_it_when_it_was_used() throws IOException {
    try (Download.Fetched fetched =
        Download.fetch(url("/x.iso?a=b"), directory, FetchRules.UNLIMITED, progress)) {
      assertArrayEquals(content, Files.readAllBytes(fetched.path()));
      assertEquals("x.iso", fetched.name());
    }
    assertEquals(content.length, progress.done());
    assertEquals(content.length, progress.total());
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void goes_on_where_the_connection_broke() throws IOException {
    breaks = 2;
    assertArrayEquals(content, fetch("/x.iso"));
    assertEquals(
        List.of("null", "bytes=" + BROKEN_AT + "-", "bytes=" + 2 * BROKEN_AT + "-"), ranges);
  }

  @Test
  void what_came_stays_for_the_next_command_when_nothing_comes_any_more() throws IOException {
    breaks = 1;
    content = Arrays.copyOf(content, BROKEN_AT * 3);
    String url = url("/x.iso");
    // The first answer is cut off, and then nobody answers.
    server.removeContext("/x.iso");
    server.createContext(
        "/x.iso",
        exchange -> {
          if (breaks > 0) {
            file(exchange);
          } else {
            exchange.close();
          }
        });
    BaseException error =
        assertThrows(
            BaseException.class,
            () -> Download.fetch(url, directory, FetchRules.UNLIMITED, progress));
    assertTrue(
        error
            .getMessage()
            .endsWith("(" + BROKEN_AT + " bytes are kept: the same command goes on from there)"),
        error.getMessage());
    server.removeContext("/x.iso");
    server.createContext("/x.iso", this::file);
    assertArrayEquals(content, fetch("/x.iso"));
    assertEquals("bytes=" + BROKEN_AT + "-", ranges.get(ranges.size() - 1));
  }

  @Test
  void a_host_that_is_not_known_is_said_to_be_the_reason() {
    String host = "x".repeat(64); // longer than a label can be: no server is asked
    String url = "http://" + host + "/x.iso";
    BaseException error =
        assertThrows(
            BaseException.class,
            () -> Download.fetch(url, directory, FetchRules.UNLIMITED, progress));
    assertEquals("fetch " + url + ": no host " + host + " is known", error.getMessage());
  }

  @Test
  void a_file_that_changed_is_fetched_from_its_beginning() throws IOException {
    breaks = 1;
    server.removeContext("/x.iso");
    server.createContext(
        "/x.iso",
        exchange -> {
          file(exchange);
          tag = "\"two\"";
          content[0] ^= 1;
        });
    byte[] first = content.clone();
    first[0] ^= 1; // the server's content when it is asked for the second time
    assertArrayEquals(first, fetch("/x.iso"));
  }

  @Test
  void redirections_are_followed_but_not_for_ever() throws IOException {
    assertArrayEquals(content, fetch("/moved"));
    BaseException error = assertThrows(BaseException.class, () -> fetch("/circle"));
    assertEquals("fetch " + url("/circle") + ": more than 10 redirections", error.getMessage());
  }

  @Test
  void a_refusal_is_told_at_once() {
    BaseException error = assertThrows(BaseException.class, () -> fetch("/nothing"));
    assertEquals("fetch " + url("/nothing") + ": the server answered 404", error.getMessage());
  }

  @Test
  void nothing_is_said_to_be_kept_when_nothing_came() {
    server.createContext("/silent", HttpExchange::close);
    BaseException error = assertThrows(BaseException.class, () -> fetch("/silent"));
    assertFalse(error.getMessage().contains("bytes are kept"), error.getMessage());
  }

  @Test
  void urls_that_cannot_be_asked_are_refused_with_a_reason() {
    for (String[] wrong :
        new String[][] {
          {"http:///x", "no host"},
          {"http://127.0.0.1:99999/x", "no such port: 99999"},
          {"http://me%zz@127.0.0.1:1/x", "has a % that two digits do not follow"},
        }) {
      BaseException error =
          assertThrows(
              BaseException.class,
              () -> Download.fetch(wrong[0], directory, FetchRules.UNLIMITED, progress));
      assertTrue(error.getMessage().endsWith(wrong[1]), error.getMessage());
    }
  }

  @Test
  void a_redirection_to_a_port_that_cannot_be_is_an_error() {
    server.createContext(
        "/astray",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:70000/x");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    BaseException error = assertThrows(BaseException.class, () -> fetch("/astray"));
    assertTrue(error.getMessage().contains("redirected to no URL"), error.getMessage());
  }

  @Test
  void a_plus_sign_in_a_password_stays_one() throws IOException {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    server.createContext(
        "/private",
        exchange -> {
          seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    String url = url("/private").replace("http://", "http://me:a+b%2Fc@");
    Download.fetch(url, directory, FetchRules.UNLIMITED, progress).close();
    assertEquals(List.of(Proxies.basic("me:a+b/c")), seen);
  }
}
