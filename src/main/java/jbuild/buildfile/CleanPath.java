package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** Go's path.Clean: the shortest path equal to the given one by text alone. */
public final class CleanPath {
  private CleanPath() {}

  /** Empty becomes {@code .}; an absolute path stays one, and {@code ..} at its root vanishes. */
  public static String of(String path) {
    boolean absolute = path.startsWith("/");
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String part = path.substring(start, end);
      start = end + 1;
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      boolean up = part.equals("..");
      boolean canGoUp = !parts.isEmpty() && !parts.get(parts.size() - 1).equals("..");
      if (up && canGoUp) {
        parts.remove(parts.size() - 1);
      } else if (!up || !absolute) {
        parts.add(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /** The path seen from a directory, clean; both as Go's path.Join would take them. */
  public static String join(String directory, String path) {
    return of(path.startsWith("/") ? path : directory + "/" + path);
  }
}
