package jbuild.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Which stage uses which. Unlike the planner it never fails: what names no stage is an image to it.
 */
final class StageLinks {
  private final List<Stage> stages;
  private final int[] bases;
  private final List<BitSet> sources = new ArrayList<>();

  /**
   * @param baseNames the expanded base of each stage
   */
  StageLinks(Buildfile buildfile, List<String> baseNames) {
    this.stages = buildfile.stages();
    this.bases = new int[stages.size()];
    Map<String, Integer> names = new HashMap<>();
    for (Stage stage : stages) {
      bases[stage.index()] =
          names.getOrDefault(baseNames.get(stage.index()).toLowerCase(Locale.ROOT), -1);
      BitSet from = new BitSet();
      for (Instruction instruction : stage.instructions()) {
        for (Flag flag : instruction.origin().flags()) {
          int source = source(flag, names, stage.index());
          if (source >= 0) {
            from.set(source);
          }
        }
      }
      sources.add(from);
      String name = stage.name();
      if (name != null) {
        names.put(name, stage.index());
      }
    }
  }

  /** The stage that {@code --from=S} or {@code --mount=…,from=S} means, or -1. */
  private static int source(Flag flag, Map<String, Integer> names, int stage) {
    String name = fromOf(flag);
    if (name == null) {
      return -1;
    }
    Integer named = names.get(name.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    boolean number = !name.isEmpty() && name.length() < 7;
    for (int i = 0; i < name.length(); i++) {
      number &= name.charAt(i) >= '0' && name.charAt(i) <= '9';
    }
    return number && Integer.parseInt(name) < stage ? Integer.parseInt(name) : -1;
  }

  /** What {@code --from=S} or {@code --mount=…,from=S} names, or null. */
  static @Nullable String fromOf(Flag flag) {
    String value = flag.value();
    if (value == null) {
      return null;
    }
    return switch (flag.name()) {
      case "from" -> value;
      case "mount" -> MountFlag.parse(value).options().get("from");
      default -> null;
    };
  }

  /** The stage that a stage starts from, or -1. */
  int base(int stage) {
    return bases[stage];
  }

  boolean isStage(String name) {
    for (Stage stage : stages) {
      if (name.equalsIgnoreCase(stage.name())) {
        return true;
      }
    }
    return false;
  }

  /** The stages that are needed for one. */
  BitSet neededFor(int target) {
    BitSet needed = new BitSet();
    needed.set(target);
    // References only point backwards.
    for (int i = target; i >= 0; i--) {
      if (needed.get(i)) {
        needed.or(sources.get(i));
        if (bases[i] >= 0) {
          needed.set(bases[i]);
        }
      }
    }
    return needed;
  }

  /** The stage that a user names, the last one without a name; -1 if there is none. */
  int target(@Nullable String name) {
    if (name == null) {
      return stages.size() - 1;
    }
    for (int i = stages.size() - 1; i >= 0; i--) {
      if (name.equalsIgnoreCase(stages.get(i).name()) || name.equals(Integer.toString(i))) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The stages whose layers become part of an image that somebody asks for: targets, and what they
   * are built on. What is only copied from may be as untidy as it likes. Without a target that is
   * every stage that no other copies from.
   */
  BitSet shipped(@Nullable String target) {
    BitSet shipped = new BitSet();
    if (target != null) {
      ship(shipped, target(target));
      return shipped;
    }
    BitSet copied = new BitSet();
    for (BitSet from : sources) {
      copied.or(from);
    }
    for (int i = 0; i < bases.length; i++) {
      if (!copied.get(i)) {
        ship(shipped, i);
      }
    }
    return shipped;
  }

  private void ship(BitSet shipped, int stage) {
    for (int i = stage; i >= 0; i = bases[i]) {
      shipped.set(i);
    }
  }
}
