package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.GoMatch;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;

/**
 * A source operand of COPY or ADD: a path, or a pattern as Go's filepath.Match reads it. A leading
 * slash and {@code ..} stop at the source's root.
 */
record SourcePattern(Operation.Source operand) {

  /** The paths that match, in byte order; nothing need be there where a pattern goes on. */
  List<BytePath> match(CopySource source) throws IOException {
    BytePath whole = BytePath.parse(operand.path());
    if (!operand.wildcard()) {
      return List.of(whole);
    }
    List<BytePath> found = List.of(BytePath.ROOT);
    for (ByteString part : whole.names()) {
      String pattern = decode(part);
      List<BytePath> next = new ArrayList<>();
      for (BytePath directory : found) {
        if (GoMatch.hasWildcard(pattern)) {
          matchNames(source, directory, compile(pattern), next);
        } else {
          next.add(directory.child(part));
        }
      }
      found = next;
    }
    return found;
  }

  private static void matchNames(
      CopySource source, BytePath directory, GoMatch pattern, List<BytePath> found)
      throws IOException {
    for (ByteString name : source.list(directory)) {
      if (pattern.matches(decode(name))) {
        found.add(directory.child(name));
      }
    }
  }

  private GoMatch compile(String pattern) throws CopyException {
    try {
      return GoMatch.compile(pattern);
    } catch (SyntaxException wrong) {
      throw new CopyException("pattern " + operand.written() + ": " + wrong.getMessage());
    }
  }

  private static String decode(ByteString name) {
    return new String(name.toBytes(), StandardCharsets.UTF_8);
  }
}
