package jbuild.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.SourceRange;
import jbuild.io.BytePath;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;

/** Rules that look at the layers of a build and tell how many bytes there are too many. */
public final class ByteRules {
  /** Less is not worth a line. */
  public static final long WORTH_SAYING = 1_000_000;

  /** The base image, as the number of the layer that stores a file. */
  static final int BASE = -1;

  private final List<LayerFacts> layers;
  private final LongFunction<String> amount;
  private final long worthSaying;
  private final Suppressions suppressions;
  private final List<Finding> findings = new ArrayList<>();

  private ByteRules(
      List<LayerFacts> layers,
      Suppressions suppressions,
      LongFunction<String> amount,
      long worthSaying) {
    this.layers = layers;
    this.suppressions = suppressions;
    this.amount = amount;
    this.worthSaying = worthSaying;
  }

  /**
   * Compares the layers of a stage with each other and with what is below.
   *
   * @param base what the stage starts from
   * @param layers of the stage, bottom first
   * @param amount writes a number of bytes
   * @param worthSaying how many bytes a finding has at least
   */
  public static List<Finding> check(
      TreeView base,
      List<LayerFacts> layers,
      Suppressions suppressions,
      LongFunction<String> amount,
      long worthSaying)
      throws IOException {
    ByteRules rules = new ByteRules(layers, suppressions, amount, worthSaying);
    VisibleFiles visible = new VisibleFiles();
    for (int i = 0; i < layers.size(); i++) {
      LayerChanges changes = LayerChanges.of(base, layers, i, visible);
      if (layers.get(i).judged() && layers.get(i).instruction() instanceof Instruction.Run) {
        rules.judge(layers.get(i), changes);
      }
    }
    return rules.findings;
  }

  private void judge(LayerFacts layer, LayerChanges changes) {
    for (Map.Entry<Integer, Long> again : changes.again().entrySet()) {
      say(
          layer,
          Rule.RECURSIVE_CHOWN_LAYER,
          again.getValue(),
          " again that " + origin(again.getKey()) + " stores",
          advice(again.getKey()));
    }
    for (Map.Entry<Integer, Long> hidden : changes.hidden().entrySet()) {
      if (hidden.getKey() != BASE) {
        say(
            layer,
            Rule.DELETED_IN_LATER_LAYER,
            hidden.getValue(),
            " of " + origin(hidden.getKey()) + ", which stay in the image",
            "remove or change files in the step that makes them");
      }
    }
    Map<String, Long> caches = caches(layer.tree());
    for (Map.Entry<String, Long> cache : caches.entrySet()) {
      say(
          layer,
          Rule.PACKAGE_CACHE_LEFT,
          cache.getValue(),
          " of the cache of " + cache.getKey(),
          "clean it in the same RUN, or put a --mount=type=cache there");
    }
  }

  private void say(LayerFacts layer, Rule rule, long bytes, String what, String hint) {
    SourceRange range = layer.instruction().origin().range();
    if (bytes < worthSaying || !suppressions.allows(rule, range)) {
      return;
    }
    String verb = rule == Rule.DELETED_IN_LATER_LAYER ? " hides " : " stores ";
    String keyword = layer.instruction().origin().keyword();
    String message = "this " + keyword + verb + amount.apply(bytes) + what;
    findings.add(new Finding(rule, range, message, hint));
  }

  private String origin(int layer) {
    return layer == BASE ? "the base" : "the " + layers.get(layer).describe();
  }

  private String advice(int layer) {
    if (layer == BASE) {
      return "owners and modes of a base are best set where the base is built";
    }
    Instruction by = layers.get(layer).instruction();
    return by instanceof Instruction.Run
        ? "set owner and mode in the RUN that makes the files"
        : by.origin().keyword() + " --chown and --chmod would not";
  }

  /** The bytes in known caches, by the program that fills them. */
  private static Map<String, Long> caches(LayerTree tree) {
    Map<String, Long> caches = new TreeMap<>();
    for (Map.Entry<String, String> known : PackageRules.DIRECTORIES.entrySet()) {
      Inode inode = tree.lookup(BytePath.parse(known.getKey()));
      if (inode != null) {
        caches.merge(known.getValue(), size(inode), Long::sum);
      }
    }
    return caches;
  }

  private static long size(Inode inode) {
    if (inode instanceof RegularFile file) {
      return file.size();
    }
    long size = 0;
    if (inode instanceof Directory directory) {
      for (Inode child : directory.children().values()) {
        size += size(child);
      }
    }
    return size;
  }
}
