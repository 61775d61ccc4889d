package jbuild.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Repositories that a test makes with git(1), served on the loopback interface by git's own CGI
 * program, git-http-backend(1).
 */
public final class GitServer implements AutoCloseable {
  private final Path directory;
  private final Path backend;
  private final FileServer server = new FileServer();
  private int requests;
  private @Nullable String login;
  private final List<String> commandLines = new ArrayList<>();

  /** Skips the test, saying why, where there is no git to serve with. */
  public GitServer(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.backend = backend();
    server.server().createContext("/git/", this::serve);
  }

  private static Path backend() throws IOException {
    Path program = null;
    try {
      String path = run(Path.of("/"), Map.of(), List.of("git", "--exec-path")).strip();
      program = Path.of(path, "git-http-backend");
    } catch (IOException notInstalled) {
      // said below
    }
    boolean there = program != null && Files.isExecutable(program);
    if (!there) {
      System.err.println("skipped: git or git-http-backend is not installed");
    }
    assumeTrue(there, "git-http-backend is not installed");
    return program;
  }

  /** From now on only who has this {@code user:password} is served. */
  public synchronized void demand(String userAndPassword) {
    byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
    login = "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** What the command lines of all processes were while somebody with a login was served. */
  public synchronized List<String> commandLines() {
    return List.copyOf(commandLines);
  }

  private synchronized boolean isAllowed(HttpExchange exchange) {
    if (login != null) {
      ProcessHandle.allProcesses()
          .forEach(process -> process.info().commandLine().ifPresent(commandLines::add));
    }
    return login == null || login.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  public String url(String name) {
    return server.url("/git/" + name + ".git");
  }

  /** How often the server was asked since the last call. */
  public synchronized int requests() {
    int count = requests;
    requests = 0;
    return count;
  }

  /** An empty repository, to be filled by {@link #git}. */
  public Path create(String name) throws IOException {
    Path repository = Files.createDirectories(directory.resolve(name + ".git"));
    git(repository, "init", "--quiet", "-b", "main");
    Files.writeString(repository.resolve(".git/git-daemon-export-ok"), "");
    return repository;
  }

  /** Adds everything and commits it, at a fixed time. */
  public String commit(Path repository, String message) throws IOException {
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "--allow-empty", "-m", message);
    return git(repository, "rev-parse", "HEAD").strip();
  }

  public String git(Path repository, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(arguments));
    return run(
        repository,
        Map.of(
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_AUTHOR_NAME", "a",
            "GIT_AUTHOR_EMAIL", "a@localhost",
            "GIT_COMMITTER_NAME", "a",
            "GIT_COMMITTER_EMAIL", "a@localhost",
            "GIT_AUTHOR_DATE", "1700000000 +0000",
            "GIT_COMMITTER_DATE", "1700000000 +0000"),
        command);
  }

  private static String run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, await(process), () -> command + ": " + out);
    return out;
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** CGI (RFC 3875), as much as the program needs. */
  private void serve(HttpExchange exchange) throws IOException {
    synchronized (this) {
      requests++;
    }
    if (!isAllowed(exchange)) {
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    String path = exchange.getRequestURI().getPath().substring("/git".length());
    ProcessBuilder builder = new ProcessBuilder(backend.toString());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", directory.toString());
    environment.put("PATH_INFO", path);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getRawQuery()));
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_COUNT", "1");
    environment.put("GIT_CONFIG_KEY_0", "safe.directory");
    environment.put("GIT_CONFIG_VALUE_0", "*");
    put(environment, "CONTENT_TYPE", exchange, "Content-Type");
    put(environment, "HTTP_CONTENT_ENCODING", exchange, "Content-Encoding");
    put(environment, "GIT_PROTOCOL", exchange, "Git-Protocol");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    byte[] answer = process.getInputStream().readAllBytes();
    InputStream rest = new ByteArrayInputStream(answer);
    int status = 200;
    for (String line = line(rest); !line.isEmpty(); line = line(rest)) {
      String[] header = line.split(": ", 2);
      if (header[0].equals("Status")) {
        status = Integer.parseInt(header[1].substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(header[0], header[1]);
      }
    }
    byte[] body = rest.readAllBytes();
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void put(
      Map<String, String> environment, String name, HttpExchange exchange, String header) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      environment.put(name, value);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }
}
