package jbuild.graph;

import java.util.Locale;

/** Names of contexts: those of images, whose default registry and tag need not be written. */
public final class ContextName {
  private static final String[] DEFAULTS = {"docker.io/library/", "library/", "docker.io/"};
  private static final String LATEST = ":latest";

  private ContextName() {}

  /** The one form of all that mean the same (BuildKit, dockerui.Client.NamedContext). */
  public static String of(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    for (String prefix : DEFAULTS) {
      if (name.startsWith(prefix)) {
        name = name.substring(prefix.length());
        break;
      }
    }
    return name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
  }
}
