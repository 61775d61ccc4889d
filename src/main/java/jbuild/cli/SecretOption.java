package jbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.arguments.UsageException;
import jbuild.secret.Secrets;
import org.jspecify.annotations.Nullable;

/** {@code --secret}, in docker's syntax: {@code id=ID,src=FILE}, {@code id=ID,env=VARIABLE}. */
final class SecretOption {
  private final String text;
  private String id = "";
  private String type = "";
  private @Nullable String source;
  private @Nullable String variable;

  private SecretOption(String text) {
    this.text = text;
  }

  /** Reads the values now: a file that is not there must not be found out after a long build. */
  static Secrets read(List<String> given, Map<String, String> environment)
      throws UsageException, IOException {
    if (given.isEmpty()) {
      return Secrets.NONE;
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (String text : given) {
      SecretOption option = new SecretOption(text);
      option.parse();
      values.put(option.id, option.value(environment));
    }
    return new Secrets(values);
  }

  private void parse() throws UsageException {
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String value = equals < 0 ? "" : field.substring(equals + 1);
      switch (equals < 0 ? field : field.substring(0, equals).toLowerCase(Locale.ROOT)) {
        case "id" -> id = value;
        case "src", "source" -> source = value;
        case "env" -> variable = value;
        case "type" -> type = value;
        default -> throw wrong("it has no field " + field);
      }
    }
    if (id.isEmpty()) {
      throw wrong("it has no id");
    }
    if (!type.isEmpty() && !type.equals("file") && !type.equals("env")) {
      throw wrong("type is file or env");
    }
    if (source != null && variable != null) {
      throw wrong("either src or env");
    }
    if (type.equals("env") && variable == null) {
      variable = source == null ? id : source;
      source = null;
    }
  }

  private byte[] value(Map<String, String> environment) throws UsageException, IOException {
    String name = variable;
    if (name == null && source == null && !type.equals("file") && environment.containsKey(id)) {
      name = id;
    }
    if (name != null) {
      String value = environment.get(name);
      if (value == null) {
        throw new UsageException("--secret " + text + ": there is no variable " + name);
      }
      return checked(value.getBytes(StandardCharsets.UTF_8));
    }
    Path file = Path.of(source == null ? id : source);
    try (InputStream in = Files.newInputStream(file)) {
      return checked(in.readNBytes(Secrets.MAX_SIZE + 1));
    } catch (NoSuchFileException missing) {
      throw new UsageException("--secret " + text + ": there is no file " + file);
    } catch (IOException e) {
      throw new IOException("read secret " + id + ": " + file + ": " + e.getMessage(), e);
    }
  }

  private byte[] checked(byte[] value) throws UsageException {
    if (value.length > Secrets.MAX_SIZE) {
      throw new UsageException(
          "--secret " + text + ": longer than " + (Secrets.MAX_SIZE >> 10) + " KiB");
    }
    return value;
  }

  private UsageException wrong(String why) {
    return new UsageException("--secret " + text + ": " + why + " (such as id=token,src=FILE)");
  }
}
