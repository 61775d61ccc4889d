package jbuild.graph;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/** Gathers what fragment and query of a {@link GitUrl} say, which must not contradict. */
final class GitUrlOptions {
  private @Nullable String ref;
  private String subdirectory = "";
  private @Nullable String commit;
  private @Nullable Boolean keepsGitDir;
  private boolean submodules = true;
  private boolean checkoutTimes;

  /** {@code ref:subdirectory}, both optional. */
  void fragment(String text) throws SyntaxException {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    if (!name.isEmpty()) {
      ref = GitUrl.checkRef(name);
    }
    subdirectory = colon < 0 ? "" : GitUrl.clean(text.substring(colon + 1));
  }

  void query(String text) throws SyntaxException {
    Set<String> seen = new HashSet<>();
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!seen.add(name)) {
        throw new SyntaxException("query " + name + " has several values");
      }
      option(name, value);
    }
  }

  private void option(String name, String value) throws SyntaxException {
    switch (name) {
      case "submodules" -> submodules = flag(name, value);
      case "keep-git-dir" -> keepsGitDir = flag(name, value);
      // Commits are always asked for by their id where the server allows it.
      case "fetch-by-commit" -> flag(name, value);
      case "ref" -> ref(GitUrl.checkRef(needed(name, value)));
      case "tag" -> ref(prefixed("refs/tags/", needed(name, value)));
      case "branch" -> ref(prefixed("refs/heads/", needed(name, value)));
      case "subdir" -> {
        String path = GitUrl.clean(needed(name, value));
        if (!subdirectory.isEmpty() && !subdirectory.equals(path)) {
          throw new SyntaxException("two subdirectories: " + subdirectory + " and " + path);
        }
        subdirectory = path;
      }
      case "commit", "checksum" -> commit(GitUrl.checkCommit(needed(name, value)));
      case "mtime" -> checkoutTimes = isCheckout(value);
      default ->
          throw new SyntaxException(
              "unknown query: "
                  + name
                  + " (known are ref, branch, tag, commit, checksum, subdir, keep-git-dir,"
                  + " submodules, fetch-by-commit, mtime)");
    }
  }

  private static boolean isCheckout(String value) throws SyntaxException {
    if (!value.equals("checkout") && !value.equals("commit")) {
      throw new SyntaxException("query mtime: neither checkout nor commit: " + value);
    }
    return value.equals("checkout");
  }

  private static String needed(String name, String value) throws SyntaxException {
    if (value.isEmpty()) {
      throw new SyntaxException("query " + name + " has no value");
    }
    return value;
  }

  private static String prefixed(String prefix, String name) throws SyntaxException {
    return GitUrl.checkRef(name.startsWith(prefix) ? name : prefix + GitUrl.checkRef(name));
  }

  private void ref(String name) throws SyntaxException {
    String known = ref;
    if (known != null && !known.equals(name)) {
      throw new SyntaxException("two refs: " + known + " and " + name);
    }
    ref = name;
  }

  private void commit(String id) throws SyntaxException {
    String known = commit;
    if (known != null && !known.equals(id)) {
      throw new SyntaxException("two commits: " + known + " and " + id);
    }
    commit = id;
  }

  /** As Go's strconv.ParseBool; a flag without a value is on. */
  private static boolean flag(String name, String value) throws SyntaxException {
    return switch (value) {
      case "", "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new SyntaxException("query " + name + ": neither true nor false: " + value);
    };
  }

  private static String decode(String text) throws SyntaxException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SyntaxException("wrong percent encoding: " + text);
    }
  }

  GitUrl url(String remote) {
    return new GitUrl(remote, ref, subdirectory, commit, keepsGitDir, submodules, checkoutTimes);
  }
}
