package jbuild.medium;

import java.util.ArrayList;
import java.util.List;
import jbuild.io.BytePath;

/**
 * A way through images inside one another: {@code LiveOS/squashfs.img!/LiveOS/rootfs.img!/etc}.
 * Each {@code !/} goes into the image that stands before it.
 *
 * @param steps a path in each level, from the outermost one in; at least one. A path that ends in
 *     {@code !/} has the root as its last step
 */
public record NestedPath(List<BytePath> steps) {
  private static final String INTO = "!/";

  public NestedPath {
    steps = List.copyOf(steps);
  }

  /** Reads a path inside a medium, with or without a slash in front. */
  public static NestedPath parse(String text) {
    List<BytePath> steps = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(INTO); at >= 0; at = text.indexOf(INTO, from)) {
      steps.add(BytePath.parse(text.substring(from, at)));
      from = at + INTO.length();
    }
    steps.add(BytePath.parse(text.substring(from)));
    return new NestedPath(steps);
  }

  /** Where the file's own name ends in {@code FILE!/path}; the text's length when it is alone. */
  public static int endOfFile(String text) {
    int at = text.indexOf(INTO);
    return at < 0 ? text.length() : at;
  }

  /** As it is typed, without a slash in front. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      text.append(i == 0 ? "" : INTO).append(steps.get(i).relative());
    }
    return text.isEmpty() ? "/" : text.toString();
  }
}
