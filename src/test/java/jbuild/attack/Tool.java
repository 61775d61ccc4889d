package jbuild.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Programs, run to their end. */
final class Tool {
  private Tool() {}

  /** What it printed, to both streams, and how it ended. */
  record Result(int code, String output) {
    String succeeded() {
      assertEquals(0, code, output);
      return output;
    }
  }

  static Result run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("JBUILD_"));
    builder.environment().put("ATTACK_CALLER", "a variable that stays outside");
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    return new Result(process.waitFor(), output);
  }

  static Result run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }

  static boolean isInstalled(String program) {
    return find(program) != null;
  }

  /** Where a program lies that PATH leads to. */
  static Path where(String program) {
    Path found = find(program);
    if (found == null) {
      throw new IllegalStateException(program + " is not installed");
    }
    return found;
  }

  private static @Nullable Path find(String program) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(directory, program);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }
}
