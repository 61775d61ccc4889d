package jbuild.graph;

import java.util.Locale;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/** A source of ADD, or a context, that has to be fetched. */
public sealed interface RemoteSource {
  /** As it was written, for messages. */
  String written();

  /**
   * A file by HTTP.
   *
   * @param checksum {@code sha256:…} that it must have; null for any
   */
  record Http(String written, @Nullable String checksum) implements RemoteSource {
    private static final String UNNAMED = "__unnamed__";

    /** The last part of the URL's path, under which ADD puts it into a directory, as BuildKit. */
    public String name() {
      String path = written.replaceFirst("[?#].*", "").replaceFirst("^[^:]*://[^/]*", "");
      String name = CleanPath.of("/" + decoded(path));
      String last = name.substring(name.lastIndexOf('/') + 1);
      return last.isEmpty() ? UNNAMED : last;
    }

    private static String decoded(String path) {
      try {
        return GitUrl.decode(path);
      } catch (SyntaxException notEncoded) {
        return path;
      }
    }
  }

  /** A part of a repository. */
  record Git(String written, GitUrl url, boolean keepsGitDir) implements RemoteSource {}

  /** Whether {@code source} is no path (BuildKit, dfgitutil.ParseGitRef). */
  static boolean isRemote(String source) {
    return isHttp(source) || GitUrl.isGit(source);
  }

  /** A URL without user and password, which are nobody's business but the server's. */
  static String hideUser(String url) {
    return url.replaceFirst("^([a-zA-Z0-9+.-]+://)[^/?#]*@", "$1");
  }

  static boolean isHttp(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }
}
