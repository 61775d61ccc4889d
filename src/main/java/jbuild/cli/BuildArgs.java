package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
      args.takeFile(file);
    }
    for (String given : arguments.list("--build-arg")) {
      args.take(given, "--build-arg " + given);
    }
    return args.values;
  }

  private void takeFile(String file) throws UsageException, IOException {
    int number = 0;
    for (String line : read(file).lines().toList()) {
      number++;
      String given = line.stripLeading();
      if (!given.isEmpty() && !given.startsWith("#")) {
        take(given, file + ":" + number + ": " + given);
      }
    }
  }

  /** The file may be a pipe, such as a shell makes for {@code <(command)}. */
  private static String read(String file) throws UsageException, IOException {
    String option = "--build-arg-file " + file + ": ";
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] content = in.readNBytes(MAX_FILE + 1);
      if (content.length > MAX_FILE) {
        throw new UsageException(option + "larger than 1 MB");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (NoSuchFileException missing) {
      throw new UsageException(option + "no such file");
    } catch (CharacterCodingException binary) {
      throw new UsageException(option + "it is not UTF-8");
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
