package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.GoMatch;
import jbuild.buildfile.IgnoreRules;
import jbuild.buildfile.SyntaxException;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import org.jspecify.annotations.Nullable;

/**
 * A source operand under {@code --parents}: what it matches keeps the directories behind the pivot.
 * Each match of the part before the pivot gives one directory that holds nothing but what the part
 * behind it matches, so that it is copied like any other directory. Two stars match any number of
 * directories; without them only the directories on the way are looked at.
 */
final class ParentsPattern {
  private static final String TWO_STARS = "**";

  private final Operation.Source operand;
  private final CopySource source;

  ParentsPattern(Operation.Source operand, CopySource source) {
    this.operand = operand;
    this.source = source;
  }

  /** Directories to copy the contents of; empty where something without a wildcard is missing. */
  List<CopyItem> select() throws IOException {
    List<ByteString> names = BytePath.parse(operand.path()).names();
    List<ByteString> rest = names.subList(operand.pivot(), names.size());
    List<CopyItem> items = new ArrayList<>();
    for (BytePath base : bases(names.subList(0, operand.pivot()))) {
      CopyItem item = select(base, rest);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }

  private List<BytePath> bases(List<ByteString> names) throws IOException {
    String path = BytePath.of(names).relative().toString();
    return new SourcePattern(
            new Operation.Source(path, GoMatch.hasWildcard(path), operand.written(), 0))
        .match(source);
  }

  private @Nullable CopyItem select(BytePath base, List<ByteString> rest) throws IOException {
    if (rest.isEmpty()) {
      Inode whole = source.open(base);
      return whole == null ? null : new CopyItem(base, whole);
    }
    Directory into = source.directory(base);
    if (into == null) {
      return null;
    }
    boolean found = select(base, rest, into);
    return found || operand.wildcard() ? new CopyItem(base, into) : null;
  }

  /** Puts what matches below {@code directory} into {@code into}; whether anything does. */
  private boolean select(BytePath directory, List<ByteString> rest, Directory into)
      throws IOException {
    String pattern = text(rest.get(0));
    if (pattern.contains(TWO_STARS)) {
      Inode whole = source.open(directory);
      return whole instanceof Directory tree && deep(tree, rules(rest).root(), "", into);
    }
    boolean found = false;
    for (ByteString name : names(directory, rest.get(0), pattern)) {
      BytePath path = directory.child(name);
      if (rest.size() == 1) {
        Inode inode = source.entry(path);
        if (inode != null) {
          into.put(name, inode);
          found = true;
        }
        continue;
      }
      Directory next = source.directory(path);
      if (next != null && select(path, rest.subList(1, rest.size()), next)) {
        into.put(name, next);
        found = true;
      }
    }
    return found;
  }

  private List<ByteString> names(BytePath directory, ByteString name, String pattern)
      throws IOException {
    if (!GoMatch.hasWildcard(pattern)) {
      return List.of(name);
    }
    try {
      GoMatch match = GoMatch.compile(pattern);
      List<ByteString> names = new ArrayList<>(source.list(directory));
      names.removeIf(one -> !match.matches(text(one)));
      return names;
    } catch (SyntaxException wrong) {
      throw wrong(wrong);
    }
  }

  private IgnoreRules rules(List<ByteString> rest) throws CopyException {
    try {
      return IgnoreRules.ofPatterns(List.of(text(BytePath.of(rest).relative())));
    } catch (SyntaxException wrong) {
      throw wrong(wrong);
    }
  }

  private CopyException wrong(SyntaxException why) {
    return new CopyException("pattern " + operand.written() + ": " + why.getMessage());
  }

  private static boolean deep(
      Directory tree, IgnoreRules.Scope scope, String prefix, Directory into) {
    boolean found = false;
    for (Map.Entry<ByteString, Inode> child : tree.children().entrySet()) {
      String path = prefix + text(child.getKey());
      IgnoreRules.Scope below = scope.enter(path);
      Inode inode = child.getValue();
      if (below.decision().excluded()) { // that is, the pattern matches it
        into.put(child.getKey(), inode);
        found = true;
      } else if (inode instanceof Directory directory) {
        Directory next = new Directory(directory.attributes());
        if (deep(directory, below, path + "/", next)) {
          into.put(child.getKey(), next);
          found = true;
        }
      }
    }
    return found;
  }

  private static String text(ByteString name) {
    return new String(name.toBytes(), StandardCharsets.UTF_8);
  }
}
