package jbuild.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.Flag;
import jbuild.buildfile.SourceRange;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --mount} of a RUN: its fields expanded and checked. What BuildKit refuses is refused
 * (instructions/commands_runmount.go), but the order of the fields does not matter.
 */
final class MountExpander {
  private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
  private static final List<String> SHARING = List.of("shared", "private", "locked");
  private static final List<String> TRUE = List.of("1", "t", "T", "true", "TRUE", "True");
  private static final List<String> FALSE = List.of("0", "f", "F", "false", "FALSE", "False");

  /** Reference, "RUN --mount=type=cache" and "type=secret", "type=ssh". */
  private static final int CACHE_MODE = 0755;

  private static final int SECRET_MODE = 0400;
  private static final int AGENT_MODE = 0600;

  private static final int MAX_MODE = 07777;

  private final Buildfile buildfile;
  private final SourceRange range;
  private final InputRef from;
  private final String workdir;
  private final Map<String, String> values = new HashMap<>();
  private String type = "bind";
  private @Nullable Boolean readOnly;
  private boolean required;

  private MountExpander(Buildfile buildfile, SourceRange range, InputRef from, String workdir) {
    this.buildfile = buildfile;
    this.range = range;
    this.from = from;
    this.workdir = workdir;
  }

  /**
   * @param from what the field {@code from} means; the context without it
   * @param number of SSH mounts before this one in the instruction
   */
  static RunMount expand(
      Buildfile buildfile,
      Flag flag,
      InputRef from,
      StageScope scope,
      WordExpander words,
      int number)
      throws BuildfileException {
    MountExpander mount = new MountExpander(buildfile, flag.range(), from, scope.workdir());
    for (MountFields.Field field : MountFields.of(buildfile, flag)) {
      String value = field.value();
      boolean fixed = value == null || field.key().equals("from");
      mount.take(
          field.key(), fixed ? value : words.expand(new Flag("mount", value, flag.range())), fixed);
    }
    return mount.make(number);
  }

  private void take(String key, @Nullable String value, boolean bare) throws BuildfileException {
    switch (key) {
      case "type" -> {
        type = value == null ? "" : value.toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
          throw unknown("type", type, TYPES);
        }
      }
      case "readonly", "ro" -> readOnly = bare || bool(key, value);
      case "readwrite", "rw" -> readOnly = !(bare || bool(key, value));
      case "required" -> {
        values.put(key, "");
        required = bare || bool(key, value);
      }
      case "src" -> values.put("source", text(value));
      case "dst", "destination" -> values.put("target", text(value));
      default -> values.put(key, text(value));
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private RunMount make(int number) throws BuildfileException {
    boolean isFile = type.equals("secret") || type.equals("ssh");
    allowOnly(isFile, "required");
    allowOnly(type.equals("tmpfs"), "size");
    allowOnly(type.equals("cache"), "sharing");
    for (String key : List.of("mode", "uid", "gid")) {
      allowOnly(isFile || type.equals("cache"), key);
    }
    return switch (type) {
      case "cache" -> cache();
      case "tmpfs" -> new RunMount.Tmpfs(range, target(), size());
      case "secret" -> secret();
      case "ssh" -> agent(number);
      default -> new RunMount.Bind(range, from, source(), target(), readOnly == null || readOnly);
    };
  }

  private RunMount cache() throws BuildfileException {
    String id = get("id");
    String sharing = get("sharing").toLowerCase(Locale.ROOT);
    if (!sharing.isEmpty() && !SHARING.contains(sharing)) {
      throw unknown("sharing", sharing, SHARING);
    }
    String target = target();
    InputRef beginning = values.containsKey("from") ? from : new InputRef.Scratch();
    boolean keepsOwner =
        !(beginning instanceof InputRef.Scratch)
            && List.of("uid", "gid", "mode").stream().noneMatch(values::containsKey);
    return new RunMount.Cache(
        range,
        id.isEmpty() ? CleanPath.of(get("target")) : id,
        beginning,
        source(),
        target,
        readOnly != null && readOnly,
        sharing.isEmpty()
            ? RunMount.Sharing.SHARED
            : RunMount.Sharing.valueOf(sharing.toUpperCase(Locale.ROOT)),
        keepsOwner ? null : owner(CACHE_MODE));
  }

  private RunMount secret() throws BuildfileException {
    if (values.containsKey("from")) {
      throw error("field from does not go with type=secret");
    }
    String source = get("source");
    String target = get("target");
    if (!source.isEmpty() && !get("id").isEmpty()) {
      throw error("fields id and source say the same: give one of them");
    }
    String id = source.isEmpty() ? get("id") : source;
    if (id.isEmpty()) {
      if (target.isEmpty()) {
        throw error("type=secret without id and target");
      }
      id = name(target);
    }
    String variable = values.containsKey("env") ? get("env") : null;
    if (variable != null && (variable.isEmpty() || variable.indexOf('=') >= 0)) {
      throw error("field env is not the name of a variable: " + variable);
    }
    String file = target;
    if (file.isEmpty() && variable == null) {
      file = "/run/secrets/" + name(id);
    }
    return new RunMount.Secret(
        range, id, file.isEmpty() ? null : absolute(file), variable, required, owner(SECRET_MODE));
  }

  private RunMount agent(int number) throws BuildfileException {
    String id = get("id");
    String target = get("target");
    return new RunMount.Ssh(
        range,
        id.isEmpty() ? "default" : id,
        target.isEmpty() ? "/run/buildkit/ssh_agent." + number : absolute(target),
        required,
        owner(AGENT_MODE));
  }

  private RunMount.Owner owner(int mode) throws BuildfileException {
    return new RunMount.Owner(
        (int) number("uid", 10, 0, 0xffff_fffeL),
        (int) number("gid", 10, 0, 0xffff_fffeL),
        (int) number("mode", 8, mode, MAX_MODE));
  }

  private long number(String key, int radix, long otherwise, long most) throws BuildfileException {
    String text = get(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    long number = -1;
    try {
      number = text.length() > 12 ? -1 : Long.parseUnsignedLong(text, radix);
    } catch (NumberFormatException notANumber) {
      // said below
    }
    if (number < 0 || number > most) {
      throw error(
          "field " + key + " is not " + (radix == 8 ? "an octal mode" : "an ID") + ": " + text);
    }
    return number;
  }

  private long size() throws BuildfileException {
    String text = get("size");
    try {
      return text.isEmpty() ? 0 : ByteSize.parse(text);
    } catch (SyntaxException wrong) {
      throw error("field size: " + wrong.getMessage());
    }
  }

  private String source() {
    return CleanPath.of("/" + get("source"));
  }

  private String target() throws BuildfileException {
    String target = get("target");
    if (target.isEmpty()) {
      throw error("type=" + type + " without a target");
    }
    return absolute(target);
  }

  private String absolute(String target) throws BuildfileException {
    String path = CleanPath.join(workdir, target);
    if (path.equals("/")) {
      throw error("nothing can be mounted on the root: " + target);
    }
    return path;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private String get(String key) {
    return values.getOrDefault(key, "");
  }

  private void allowOnly(boolean allowed, String key) throws BuildfileException {
    if (!allowed && values.containsKey(key)) {
      throw error("field " + key + " does not go with type=" + type);
    }
  }

  private boolean bool(String key, @Nullable String value) throws BuildfileException {
    if (TRUE.contains(text(value))) {
      return true;
    }
    if (FALSE.contains(text(value))) {
      return false;
    }
    throw error("field " + key + " is neither true nor false: " + text(value));
  }

  private BuildfileException unknown(String key, String value, List<String> known) {
    String hint = Suggestion.hint(value, known);
    return buildfile.error(
        range,
        "--mount: no such " + key + ": " + value,
        hint == null ? "it can be " + String.join(", ", known) : hint);
  }

  private BuildfileException error(String message) {
    return buildfile.error(range, "--mount: " + message);
  }
}
