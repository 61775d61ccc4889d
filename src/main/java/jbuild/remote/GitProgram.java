package jbuild.remote;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jbuild.graph.GitUrl;
import jbuild.store.DataRoot;

/**
 * Runs git(1) for repositories of strangers: it asks nobody, reads no configuration but the
 * repository's own, runs no hooks, and speaks to no other helpers than those of the protocols that
 * are allowed (git(1), "ENVIRONMENT VARIABLES"; git-config(1)).
 */
final class GitProgram {
  private static final String REMOTE_PROTOCOLS = "http:https:ssh:git";
  private static final String LOCAL_PROTOCOL = "file";

  /** Of what git prints; a list of all refs of a large repository has some megabytes. */
  private static final int MAX_OUTPUT = 64 << 20;

  private static final int MAX_MESSAGE = 2_000;

  /** Variables that pass: how programs are found, networks reached, and keys asked for. */
  private static final List<String> PASSED =
      List.of(
          "PATH",
          "SSH_AUTH_SOCK",
          "http_proxy",
          "https_proxy",
          "HTTPS_PROXY",
          "no_proxy",
          "NO_PROXY",
          "all_proxy",
          "ALL_PROXY",
          "GIT_SSL_CAINFO",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private static final List<String> SETTINGS =
      List.of(
          "core.hooksPath=/dev/null",
          "core.fsmonitor=false",
          "core.autocrlf=false",
          "core.logAllRefUpdates=false",
          "credential.helper=",
          "gc.auto=0",
          "maintenance.auto=false",
          "advice.detachedHead=false",
          "init.defaultBranch=master",
          "http.lowSpeedLimit=1",
          "http.lowSpeedTime=60");

  private final Map<String, String> environment = new HashMap<>();
  private final Duration maxTime;
  private final DataRoot root;

  /**
   * @param callers the command's environment
   * @param root holds for a moment what git prints
   */
  GitProgram(Map<String, String> callers, Duration maxTime, DataRoot root) {
    for (String name : PASSED) {
      String value = callers.get(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    String httpProxy = callers.get("HTTP_PROXY");
    if (httpProxy != null) {
      environment.putIfAbsent("http_proxy", httpProxy); // curl(1) reads it in small letters only
    }
    environment.put("HOME", "/dev/null");
    environment.put("LC_ALL", "C");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ASKPASS", "/bin/false");
    environment.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    environment.put("GIT_CEILING_DIRECTORIES", root.root().toString());
    this.maxTime = maxTime;
    this.root = root;
  }

  /** How a command ended. */
  record Result(int code, String out, String err) {
    boolean succeeded() {
      return code == 0;
    }

    /** The end of what git said, on one line. */
    String reason() {
      String text = err.strip().replaceAll("\\s*\\R\\s*", "; ");
      String said = text.isEmpty() ? "it ended with code " + code : text;
      return said.length() <= MAX_MESSAGE
          ? said
          : "…" + said.substring(said.length() - MAX_MESSAGE);
    }
  }

  /**
   * Runs git on another machine's repository.
   *
   * @param directory where it is started
   * @param url whose user and password it may use
   * @param arguments that name the repository by {@link GitUrl#address}
   */
  Result run(Path directory, GitUrl url, List<String> arguments) throws IOException {
    return run(directory, REMOTE_PROTOCOLS, login(url), arguments);
  }

  /** Runs git on a repository of our own. */
  Result runLocally(Path directory, List<String> arguments) throws IOException {
    return run(directory, LOCAL_PROTOCOL, Map.of(), arguments);
  }

  /**
   * The login of {@code url} as a setting in the environment, which only its owner and root can
   * read; git hands whole URLs on to programs of its own as arguments. It is for that host alone.
   */
  private static Map<String, String> login(GitUrl url) {
    String login = url.login();
    if (login == null) {
      return Map.of();
    }
    String address = url.address();
    int path = address.indexOf('/', address.indexOf("://") + 3);
    byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
    return Map.of(
        "GIT_CONFIG_COUNT",
        "1",
        "GIT_CONFIG_KEY_0",
        "http." + (path < 0 ? address : address.substring(0, path)) + "/.extraHeader",
        "GIT_CONFIG_VALUE_0",
        "Authorization: Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private Result run(
      Path directory, String protocols, Map<String, String> login, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add("git");
    for (String setting : SETTINGS) {
      command.add("-c");
      command.add(setting);
    }
    command.addAll(arguments);
    Path out = Files.createFile(root.tmp().resolve(root.freshName()));
    Path err = Files.createFile(root.tmp().resolve(root.freshName()));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("GIT_ALLOW_PROTOCOL", protocols);
      builder.environment().putAll(login);
      int code = await(start(builder), arguments.get(0));
      return new Result(code, read(out), read(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new RemoteException("run git: it cannot be started (git URLs need the git program)", e);
    }
  }

  private int await(Process process, String what) throws IOException {
    try {
      if (process.waitFor(maxTime.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw new RemoteException(
          "run git " + what + ": it takes longer than " + maxTime.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("run git " + what + ": interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String read(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = Files.newInputStream(file)) {
      bytes.writeBytes(in.readNBytes(MAX_OUTPUT));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
