package jbuild.graph;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a repository and what of it is meant, in the forms that BuildKit knows: {@code
 * https://….git}, {@code ssh://…}, {@code git://…} or {@code user@host:path}, behind it {@code
 * #ref:subdirectory} or a query.
 *
 * @param remote what git(1) is given
 * @param ref a branch, a tag or a whole commit id; null for what the repository has as HEAD
 * @param subdirectory clean and relative; empty for all
 * @param commit the start of the commit's id, or all of it, that the ref must have; null for any
 * @param keepsGitDir what the query says of it; null when it says nothing
 * @param submodules whether they are fetched as well
 * @param checkoutTimes whether files are as new as their checkout, and not as the commit
 */
public record GitUrl(
    String remote,
    @Nullable String ref,
    String subdirectory,
    @Nullable String commit,
    @Nullable Boolean keepsGitDir,
    boolean submodules,
    boolean checkoutTimes) {
  private static final Pattern SCHEME = Pattern.compile("^([a-zA-Z0-9]+)://([^/?#]*)([^?#]*)");
  private static final Pattern SCP = Pattern.compile("^[a-zA-Z0-9_.-]+@([a-zA-Z0-9.-]+):([^?#]*)");

  /** gitrevisions(7) and git-check-ref-format(1): what would make more of a name than a name. */
  private static final Pattern NO_REF =
      Pattern.compile("^-|\\.\\.|@\\{|[\\x00-\\x20\\x7f~^:?*\\[\\\\]|^$");

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{4,64}");
  private static final Pattern WHOLE_ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** Whether {@code text} names a repository; it may still be wrong in what follows. */
  public static boolean isGit(String text) {
    return remotePart(text) != null;
  }

  /** As {@link #isGit}, where {@code github.com/…} is no path either: in a context. */
  public static boolean isGitContext(String text) {
    return isGit(text) || text.startsWith("github.com/");
  }

  /** Whether {@code text} is the whole id of an object. */
  public static boolean isWholeId(String text) {
    return WHOLE_ID.matcher(text).matches();
  }

  private static @Nullable String remotePart(String text) {
    Matcher url = SCHEME.matcher(text);
    if (url.find()) {
      String scheme = url.group(1).toLowerCase(Locale.ROOT);
      boolean git =
          switch (scheme) {
            case "git", "ssh" -> true;
            case "http", "https" -> url.group(3).endsWith(".git");
            default -> false;
          };
      return git ? url.group() : null;
    }
    Matcher scp = SCP.matcher(text);
    return scp.find() ? scp.group() : null;
  }

  /**
   * Reads the URL.
   *
   * @throws SyntaxException when it is none, or says what cannot be
   */
  public static GitUrl parse(String text) throws SyntaxException {
    String whole = text.startsWith("github.com/") ? "https://" + text : text;
    String remote = text.startsWith("github.com/") ? whole.replaceFirst("[?#].*", "") : null;
    if (remote == null) {
      remote = remotePart(whole);
    }
    if (remote == null) {
      throw new SyntaxException("not the URL of a git repository: " + text);
    }
    checkHost(remote);
    String rest = whole.substring(remote.length());
    int hash = rest.indexOf('#');
    String query = hash < 0 ? rest : rest.substring(0, hash);
    GitUrlOptions options = new GitUrlOptions();
    if (hash >= 0) {
      options.fragment(decode(rest.substring(hash + 1)));
    }
    if (query.startsWith("?")) {
      options.query(query.substring(1));
    }
    return options.url(remote);
  }

  /**
   * The remote as programs are given it, whose arguments everybody can read: without the user and
   * password of an http(s) URL, which are {@link #login}.
   */
  public String address() {
    return RemoteSource.isHttp(remote) ? RemoteSource.hideUser(remote) : remote;
  }

  /** {@code user:password} of an http(s) URL, as they were before they became part of one. */
  public @Nullable String login() {
    Matcher url = SCHEME.matcher(remote);
    int at = RemoteSource.isHttp(remote) && url.find() ? url.group(2).lastIndexOf('@') : -1;
    if (at < 0) {
      return null;
    }
    String written = url.group(2).substring(0, at);
    try {
      return decode(written);
    } catch (SyntaxException notEncoded) {
      return written; // an error would show it
    }
  }

  /** ssh(1) would take it for an option. */
  private static void checkHost(String remote) throws SyntaxException {
    String host = remote.replaceFirst("^[a-zA-Z0-9]+://", "").replaceFirst("^[^/]*@", "");
    if (host.startsWith("-") || host.isEmpty() || host.startsWith("/")) {
      throw new SyntaxException("no host in the URL of a git repository: " + remote);
    }
  }

  /** RFC 3986, section 2.1; a plus is a plus. */
  static String decode(String text) throws SyntaxException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SyntaxException("wrong percent encoding: " + text);
    }
  }

  static String checkRef(String ref) throws SyntaxException {
    if (NO_REF.matcher(ref).find()) {
      throw new SyntaxException("not the name of a branch, tag or commit: " + ref);
    }
    return ref;
  }

  static String checkCommit(String commit) throws SyntaxException {
    if (!HEX.matcher(commit).matches()) {
      throw new SyntaxException("not a commit id: " + commit);
    }
    return commit;
  }

  static String clean(String subdirectory) {
    return CleanPath.of("/" + subdirectory).substring(1);
  }

  /** The same with the checksum of a {@code --checksum} flag. */
  GitUrl withCommit(String checksum) throws SyntaxException {
    String known = commit;
    if (known != null && !known.equals(checksum)) {
      throw new SyntaxException("the URL has another commit: " + known + ", not " + checksum);
    }
    return new GitUrl(
        remote, ref, subdirectory, checkCommit(checksum), keepsGitDir, submodules, checkoutTimes);
  }
}
