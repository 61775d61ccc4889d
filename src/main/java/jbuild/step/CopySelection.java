package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.IgnoreRules;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of an instruction name, less what {@code --exclude} takes away. Its patterns are
 * relative to a source that is a directory; of a source that is a file they see the name (BuildKit,
 * fsutil copy.go; reference, "COPY --exclude").
 */
final class CopySelection {
  private final Operation.CopyOp request;
  private final CopySource source;
  private final IgnoreRules excluded;

  CopySelection(Operation.CopyOp request, CopySource source) {
    this.request = request;
    this.source = source;
    this.excluded = request.options().excluded();
  }

  /**
   * The objects in the order of the sources.
   *
   * @throws IOException naming what is missing and why
   */
  List<CopyItem> select() throws IOException {
    List<CopyItem> items = new ArrayList<>();
    boolean matched = false;
    for (Operation.Source operand : request.sources()) {
      CopySource from = source.of(operand);
      List<CopyItem> named =
          request.options().parents() && operand.remote() == null
              ? new ParentsPattern(operand, from).select()
              : matches(operand, from);
      if (named.isEmpty() && !operand.wildcard() && !request.options().optional()) {
        throw new CopyException(
            operand.written() + ": " + from.whyMissing(BytePath.parse(operand.path())));
      }
      matched |= !named.isEmpty();
      for (CopyItem item : named) {
        Inode rest = exclude(item);
        if (rest != null) {
          items.add(new CopyItem(item.path(), rest, from.unpacksArchives()));
        }
      }
    }
    if (items.isEmpty() && request.files().isEmpty() && !request.options().optional()) {
      throw new CopyException(
          request.sources().get(0).written()
              + (matched
                  ? ": --exclude leaves nothing of it"
                  : ": nothing matches the pattern (--optional would let that pass)"));
    }
    return items;
  }

  private static List<CopyItem> matches(Operation.Source operand, CopySource from)
      throws IOException {
    List<CopyItem> items = new ArrayList<>();
    for (BytePath path : new SourcePattern(operand).match(from)) {
      Inode inode = from.open(path);
      if (inode != null) {
        items.add(new CopyItem(path, inode));
      }
    }
    return items;
  }

  private @Nullable Inode exclude(CopyItem item) {
    if (excluded.isEmpty()) {
      return item.inode();
    }
    if (item.inode() instanceof Directory directory) {
      return filter(directory, excluded.root(), "", true);
    }
    return excluded.decide(text(item.path().name())).excluded() ? null : item.inode();
  }

  /** Null for a directory that is excluded with everything below it. */
  private static @Nullable Directory filter(
      Directory directory, IgnoreRules.Scope scope, String prefix, boolean kept) {
    Directory rest = new Directory(directory.attributes());
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      String path = prefix + text(child.getKey());
      IgnoreRules.Scope below = scope.enter(path);
      boolean excluded = below.decision().excluded();
      if (child.getValue() instanceof Directory next) {
        Directory filtered =
            excluded && below.canBePruned() ? null : filter(next, below, path + "/", !excluded);
        if (filtered != null) {
          rest.put(child.getKey(), filtered);
        }
      } else if (!excluded) {
        rest.put(child.getKey(), child.getValue());
      }
    }
    return kept || !rest.children().isEmpty() ? rest : null;
  }

  private static String text(ByteString name) {
    return new String(name.toBytes(), StandardCharsets.UTF_8);
  }
}
