package jbuild.graph;

import java.util.Locale;

/** Tells sources of ADD that have to be fetched from paths (BuildKit, dfgitutil.ParseGitRef). */
final class RemoteSource {
  private RemoteSource() {}

  static boolean isRemote(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://")
        || lower.startsWith("https://")
        || lower.startsWith("git://")
        || lower.startsWith("ssh://")
        || lower.startsWith("git@");
  }
}
