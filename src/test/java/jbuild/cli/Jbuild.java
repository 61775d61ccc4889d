package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command as a user starts it: a process, with its own JVM, environment and umask. */
record Jbuild(Map<String, String> environment, String umask) {
  /** What a process printed and how it ended. */
  record Result(int code, String out, String err) {
    /** Standard output of a process that must have succeeded. */
    String succeeded() {
      assertEquals(0, code, out + err);
      return out;
    }
  }

  static Jbuild withRoot(Path root) {
    return new Jbuild(Map.of("JBUILD_ROOT", root.toString()), "022");
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "umask $0; exec \"$@\"", umask));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx144m", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  /** Another program, in the tests' environment. */
  static Result tool(String... command) throws IOException, InterruptedException {
    return start(Map.of(), List.of(command));
  }

  private static Result start(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile("jbuild-test", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("JBUILD_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  /** Skips the test, saying why, without root. */
  static void assumeRoot(String why) throws IOException {
    assume(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), why + " needs root");
  }

  /** Skips the test, saying so, where one of the programs is not installed. */
  static void assumeInstalled(String... programs) {
    for (String program : programs) {
      boolean found = false;
      for (String directory : System.getenv("PATH").split(":", -1)) {
        found |= Files.isExecutable(Path.of(directory, program));
      }
      assume(found, program + " is not installed");
    }
  }

  static void assume(boolean condition, String why) {
    if (!condition) {
      System.err.println("skipped: " + why);
    }
    assumeTrue(condition, why);
  }
}
