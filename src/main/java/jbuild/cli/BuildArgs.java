package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;

/** The values of ARGs: {@code --build-arg} and, behind it, {@code --build-arg-file}. */
final class BuildArgs {
  private static final int MAX_FILE = 1 << 20;

  private final Map<String, String> environment;
  private final Map<String, String> values = new LinkedHashMap<>();

  private BuildArgs(Map<String, String> environment) {
    this.environment = environment;
  }

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.list(
            "NAME[=VALUE]",
            "Value for an ARG; without a value, jbuild's own variable.",
            "--build-arg"),
        OptionSpec.list(
            "FILE",
            "A file of such NAME=VALUE lines; # starts a comment, --build-arg wins.",
            "--build-arg-file"));
  }

  static Map<String, String> of(Arguments arguments, Map<String, String> environment)
      throws UsageException, IOException {
    BuildArgs args = new BuildArgs(environment);
    String epoch = environment.get("SOURCE_DATE_EPOCH");
    if (epoch != null) {
      args.values.put("SOURCE_DATE_EPOCH", epoch);
    }
    for (String file : arguments.list("--build-arg-file")) {
      args.takeFile(Path.of(file));
    }
    for (String given : arguments.list("--build-arg")) {
      args.take(given, "--build-arg " + given);
    }
    return args.values;
  }

  private void takeFile(Path file) throws UsageException, IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--build-arg-file " + file + ": no such file");
    }
    if (Files.size(file) > MAX_FILE) {
      throw new UsageException("--build-arg-file " + file + ": larger than 1 MB");
    }
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String given = line.stripLeading();
      if (!given.isEmpty() && !given.startsWith("#")) {
        take(given, file + ":" + number + ": " + given);
      }
    }
  }

  private void take(String given, String place) throws UsageException {
    int equals = given.indexOf('=');
    if (equals == 0 || given.isEmpty()) {
      throw new UsageException(place + ": not of the form NAME=VALUE");
    }
    String value = equals < 0 ? environment.get(given) : given.substring(equals + 1);
    if (value != null) {
      values.put(equals < 0 ? given : given.substring(0, equals), value);
    }
  }
}
