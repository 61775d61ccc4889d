package jbuild.base;

import java.io.IOException;
import java.nio.file.Path;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code FROM host} was made from: the lstat(2) of every path that was looked at, found or
 * not, a line each. While all of them are as they were, so are the files: no content is read to
 * know it. (Names that are not text are printed escaped and therefore never hold: the files are
 * then listed anew each time.)
 *
 * @param text for keeping; its digest may serve in a cache key
 */
public record HostWitness(String text) {
  private static final String MISSING = "-";

  /** Whether everything below {@code root} is as it was seen. */
  public boolean holds(Path root) throws IOException {
    HostRoot host = new HostRoot(root);
    StringBuilder now = new StringBuilder(128);
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int slash = text.indexOf('/', from);
      if (end < 0 || slash < 0 || slash > end) {
        return false; // not written by us, or cut short
      }
      BytePath path = BytePath.parse(ByteString.of(text.substring(slash, end)));
      now.setLength(0);
      print(now, HostStat.of(host.host(path)), path);
      if (!text.regionMatches(from, now.toString(), 0, now.length())
          || from + now.length() != end + 1) {
        return false;
      }
      from = end + 1;
    }
    return !text.isEmpty();
  }

  static void print(StringBuilder out, @Nullable HostStat stat, BytePath path) {
    if (stat == null) {
      out.append(MISSING);
    } else {
      stat.print(out);
    }
    out.append(' ').append(path).append('\n');
  }
}
