package jbuild.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.PlatformName;
import org.jspecify.annotations.Nullable;

/**
 * One annotation of {@code --annotation [TYPE[[PLATFORM]],…:]KEY=VALUE}, as docker buildx writes
 * them.
 *
 * @param platform of the manifest that is meant, or null for each
 */
public record ImageAnnotation(
    Type type, @Nullable PlatformName platform, String key, String value) {
  /** Where an annotation is written. */
  public enum Type {
    MANIFEST,
    MANIFEST_DESCRIPTOR,
    INDEX,
    INDEX_DESCRIPTOR;

    static final List<String> NAMES =
        List.of("manifest", "manifest-descriptor", "index", "index-descriptor");

    static @Nullable Type find(String name) {
      return NAMES.contains(name) ? valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')) : null;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** One for each type that is named; without any it is the manifest's. */
  public static List<ImageAnnotation> parse(String text) throws SyntaxException {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new SyntaxException("not of the form KEY=VALUE");
    }
    String value = text.substring(equals + 1);
    int colon = text.substring(0, equals).indexOf(':');
    String key = text.substring(colon + 1, equals);
    if (key.isEmpty()) {
      throw new SyntaxException("the key is empty");
    }
    if (colon < 0) {
      return List.of(new ImageAnnotation(Type.MANIFEST, null, key, value));
    }
    List<ImageAnnotation> annotations = new ArrayList<>();
    for (String place : text.substring(0, colon).split(",", -1)) {
      annotations.add(place(place, key, value));
    }
    return annotations;
  }

  private static ImageAnnotation place(String place, String key, String value)
      throws SyntaxException {
    int bracket = place.indexOf('[');
    if (bracket >= 0 && !place.endsWith("]")) {
      throw new SyntaxException("missing ] after the platform in " + place);
    }
    String name = bracket < 0 ? place : place.substring(0, bracket);
    Type type = Type.find(name);
    if (type == null) {
      String hint = Suggestion.hint(name, Type.NAMES);
      throw new SyntaxException(
          "unknown annotation type: "
              + name
              + " ("
              + (hint == null ? "it can be " + String.join(", ", Type.NAMES) : hint)
              + ")");
    }
    return new ImageAnnotation(
        type,
        bracket < 0 ? null : PlatformName.parse(place.substring(bracket + 1, place.length() - 1)),
        key,
        value);
  }
}
