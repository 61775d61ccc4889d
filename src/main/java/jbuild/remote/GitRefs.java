package jbuild.remote;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code git ls-remote} printed: ids by names of refs. */
final class GitRefs {
  private static final String SYMBOLIC = "ref: ";
  private static final String PEELED = "^{}";

  private final Map<String, String> ids = new HashMap<>();
  private @Nullable String head;

  static GitRefs parse(String output) {
    GitRefs refs = new GitRefs();
    output
        .lines()
        .forEach(
            line -> {
              int tab = line.indexOf('\t');
              if (tab > 0 && line.startsWith(SYMBOLIC) && line.endsWith("\tHEAD")) {
                refs.head = line.substring(SYMBOLIC.length(), tab);
              } else if (tab > 0) {
                refs.ids.put(line.substring(tab + 1), line.substring(0, tab));
              }
            });
    return refs;
  }

  /**
   * What {@code name} means, null for HEAD; a whole name of a ref before a branch, a branch before
   * a tag, as BuildKit looks. Null when there is none.
   */
  @Nullable GitCommit find(@Nullable String name) {
    if (name == null) {
      String id = ids.get("HEAD");
      return id == null ? null : new GitCommit(id, id, head);
    }
    String whole = name.startsWith("refs/") ? name : "refs/" + name;
    for (String ref : new String[] {whole, "refs/heads/" + name, "refs/tags/" + name}) {
      String object = ids.get(ref);
      if (object != null) {
        return new GitCommit(ids.getOrDefault(ref + PEELED, object), object, ref);
      }
    }
    return null;
  }
}
