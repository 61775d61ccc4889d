package jbuild.secret;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The secrets of a build by their IDs. The values are in memory and nowhere else. */
public final class Secrets {
  public static final Secrets NONE = new Secrets(Map.of());

  /** As many bytes as BuildKit takes. */
  public static final int MAX_SIZE = 500 << 10;

  private final Map<String, byte[]> values = new TreeMap<>();

  /** Values may not be longer than {@link #MAX_SIZE}. */
  public Secrets(Map<String, byte[]> values) {
    values.forEach((id, value) -> this.values.put(id, value.clone()));
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Set<String> ids() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** Null where no secret of that ID was given. */
  public byte @Nullable [] find(String id) {
    byte[] value = values.get(id);
    return value == null ? null : value.clone();
  }

  /** What to look for in layers: long values only, since short ones are words of any text. */
  public SecretPatterns patterns() {
    List<SecretPatterns.Pattern> patterns = new ArrayList<>();
    values.forEach((id, value) -> SecretForms.addSure(patterns, id, value));
    return new SecretPatterns(patterns);
  }

  /** Those whose values are too short to be looked for in layers. */
  public List<String> tooShort() {
    List<String> ids = new ArrayList<>();
    values.forEach(
        (id, value) -> {
          if (SecretForms.trim(value).length < SecretForms.SURE) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** What to hide in what is printed: single lines of a value, and short ones too. */
  SecretPatterns visible() {
    List<SecretPatterns.Pattern> patterns = new ArrayList<>();
    values.forEach(
        (id, value) -> {
          SecretForms.addSure(patterns, id, value);
          SecretForms.addLines(patterns, id, value);
        });
    return new SecretPatterns(patterns);
  }

  /** Says which secrets there are, never what they are. */
  @Override
  public String toString() {
    return "secrets " + values.keySet();
  }
}
