package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A data root and a context of a test's own, and commands on them. */
final class Session {
  private static final List<String> APPLETS =
      List.of("sh", "cat", "echo", "env", "id", "ls", "sleep", "touch", "test", "find", "printf");

  private final Path root;
  private final Path context;
  private final Map<String, String> environment = new HashMap<>();

  Session(Path directory) throws IOException {
    root = directory.resolve("root");
    context = Files.createDirectories(directory.resolve("context"));
    environment.put("JBUILD_ROOT", root.toString());
  }

  /** What a command did. */
  record Result(int code, String out, String err) {
    /** Fails the test, with the message, unless the command succeeded. */
    Result succeeds() {
      assertEquals(0, code, err);
      return this;
    }
  }

  Path root() {
    return root;
  }

  Path context() {
    return context;
  }

  Session set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Path file(String name, String... lines) throws IOException {
    Path file = context.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, lines.length == 0 ? "" : String.join("\n", lines) + "\n");
  }

  /** Runs a command in this JVM. */
  Result jbuild(String... arguments) {
    return jbuild(Doors.MACHINE, arguments);
  }

  Result jbuild(Doors doors, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment);
    int code = new Cli(console, doors).run(arguments);
    return new Result(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Writes the lines as Buildfile and builds it. */
  Result build(String name, String... lines) throws IOException {
    file("Buildfile", lines);
    return jbuild("-t", name, context.toString());
  }

  /** Starts a command in a JVM of its own, whose standard streams a container gets. */
  Process start(String... arguments) throws IOException {
    return builder(arguments).start();
  }

  /** The same, to be started with other streams. */
  ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  /** Runs a command in a JVM of its own to its end. */
  Result process(String input, String... arguments) throws Exception {
    Process process = start(arguments);
    process.getOutputStream().write(input.getBytes(UTF_8));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  /** Makes the image {@code box} of nothing but busybox; skips the test where that cannot run. */
  void makeBox() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    skipUnless(root, "it needs root");
    Path busybox = Path.of("/bin/busybox");
    skipUnless(Files.isExecutable(busybox), "it needs /bin/busybox");
    Path bin = Files.createDirectories(context.resolve("box/bin"));
    Files.copy(busybox, bin.resolve("busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    build("box", "FROM scratch", "COPY box /").succeeds();
  }

  private static void skipUnless(boolean condition, String why) {
    if (!condition) {
      System.err.println("skipped: " + why);
    }
    assumeTrue(condition, why);
  }
}
