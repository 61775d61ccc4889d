package jbuild.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteString;

/**
 * The environment of a confined process, in the order in which its variables were first named. What
 * is not of the form {@code NAME=VALUE} is no variable and is left out: images from elsewhere may
 * hold such entries.
 */
public final class Environment {
  private static final ByteString DEFAULT_PATH =
      ByteString.of("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

  private final Map<String, ByteString> values = new LinkedHashMap<>();

  /** Sets variables; a later one replaces an earlier one of the same name. */
  public Environment set(List<String> variables) {
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        values.put(variable.substring(0, equals), ByteString.of(variable.substring(equals + 1)));
      }
    }
    return this;
  }

  /** Sets a variable that nobody has set. */
  public Environment setIfMissing(String name, ByteString value) {
    values.putIfAbsent(name, value);
    return this;
  }

  /** {@code NAME=VALUE}; PATH and HOME are there even where nobody has set them. */
  public List<ByteString> completeFor(Identity who) {
    setIfMissing("PATH", DEFAULT_PATH);
    setIfMissing("HOME", who.home());
    List<ByteString> variables = new ArrayList<>(values.size());
    for (Map.Entry<String, ByteString> variable : values.entrySet()) {
      variables.add(ByteString.of(variable.getKey() + "=").concat(variable.getValue()));
    }
    return variables;
  }
}
