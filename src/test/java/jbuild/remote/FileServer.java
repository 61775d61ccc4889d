package jbuild.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of a few files on the loopback interface, as well or badly behaved as a test wants. */
public final class FileServer implements AutoCloseable {
  private static final int CUT = 50_000;

  /** A file with what is sent about it; null for nothing. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  private record Page(byte[] content, String tag, String lastModified) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Page> pages = new HashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private int cuts;

  public FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public HttpServer server() {
    return server;
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public FileServer put(String path, byte[] content, String tag, String lastModified) {
    pages.put(path, new Page(content, tag, lastModified));
    return this;
  }

  public FileServer put(String path, byte[] content) {
    return put(path, content, null, null);
  }

  public void redirect(String path, String location) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }

  /** The next answers break off after some bytes. */
  public void cut(int answers) {
    cuts = answers;
  }

  /** What was answered since the last call: {@code PATH STATUS}. */
  public List<String> requests() {
    List<String> seen = List.copyOf(requests);
    requests.clear();
    return seen;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Page page = pages.get(path);
    if (page == null) {
      finish(exchange, path, 404, -1);
      exchange.close();
      return;
    }
    if (page.tag != null) {
      exchange.getResponseHeaders().add("ETag", page.tag);
    }
    if (page.lastModified != null) {
      exchange.getResponseHeaders().add("Last-Modified", page.lastModified);
    }
    if (isKnown(exchange, page)) {
      finish(exchange, path, 304, -1);
      exchange.close();
      return;
    }
    int from = start(exchange, page);
    int length = page.content.length - from;
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes " + from + "-" + (page.content.length - 1) + "/" + page.content.length);
    }
    finish(exchange, path, from > 0 ? 206 : 200, length == 0 ? -1 : length);
    OutputStream body = exchange.getResponseBody();
    if (cuts > 0 && length > CUT) {
      cuts--;
      body.write(page.content, from, CUT);
      body.flush();
    } else {
      body.write(page.content, from, length);
    }
    exchange.close();
  }

  private void finish(HttpExchange exchange, String path, int status, long length)
      throws IOException {
    requests.add(path + " " + status);
    exchange.sendResponseHeaders(status, length);
  }

  private static boolean isKnown(HttpExchange exchange, Page page) {
    String tag = exchange.getRequestHeaders().getFirst("If-None-Match");
    String since = exchange.getRequestHeaders().getFirst("If-Modified-Since");
    return tag != null ? tag.equals(page.tag) : since != null && since.equals(page.lastModified);
  }

  private static int start(HttpExchange exchange, Page page) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String same = exchange.getRequestHeaders().getFirst("If-Range");
    boolean counts = same != null && (same.equals(page.tag) || same.equals(page.lastModified));
    return range != null && counts
        ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1))
        : 0;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
