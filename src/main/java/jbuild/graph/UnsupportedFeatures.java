package jbuild.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Word;

/**
 * What is parsed and needed for the target, but not executed yet: found before anything runs. The
 * rest shows only when values are known: {@link StageExpander} refuses it then.
 */
public final class UnsupportedFeatures {
  private static final Set<String> TRANSFER_FLAGS =
      Set.of("link", "parents", "exclude", "checksum", "unpack", "keep-git-dir");

  private final BuildGraph graph;
  private final Buildfile buildfile;
  private final List<BuildfileException> found = new ArrayList<>();
  private final Set<Integer> withTriggers = new HashSet<>();

  private UnsupportedFeatures(BuildGraph graph) {
    this.graph = graph;
    this.buildfile = graph.buildfile();
  }

  /** One error a place, in the order of the file; empty if everything can be executed. */
  public static List<BuildfileException> check(BuildGraph graph) {
    UnsupportedFeatures features = new UnsupportedFeatures(graph);
    for (PlannedStage stage : graph.stages()) {
      features.check(stage);
    }
    return List.copyOf(features.found);
  }

  private void check(PlannedStage stage) {
    PlatformName platform = stage.platform();
    Flag flag = stage.stage().from().platform();
    if (flag != null && platform != null && !platform.equals(graph.request().platform())) {
      refuse(flag, "FROM for another platform");
    }
    if (stage.base() instanceof InputRef.FromStage base && withTriggers.contains(base.index())) {
      found.add(notYet(stage.stage().from().base(), "FROM a stage with ONBUILD triggers"));
    }
    for (Vertex vertex : stage.vertices()) {
      check(vertex.instruction());
      if (vertex.instruction() instanceof Instruction.Onbuild) {
        withTriggers.add(stage.index());
      }
    }
  }

  private void check(Instruction instruction) {
    if (instruction instanceof Instruction.Run run) {
      checkRun(run);
    } else if (instruction instanceof Instruction.Copy copy) {
      checkTransfer(copy);
    } else if (instruction instanceof Instruction.Add add) {
      checkTransfer(add);
      for (Word source : add.transfer().sources()) {
        if (RemoteSource.isRemote(source.text())) {
          found.add(notYet(source, "ADD from a URL"));
        }
      }
    }
  }

  private void checkRun(Instruction.Run run) {
    for (Flag flag : run.origin().flags()) {
      if (flag.name().equals("device")) {
        refuse(flag, "RUN --" + flag.name());
      }
    }
  }

  private void checkTransfer(Instruction instruction) {
    for (Flag flag : instruction.origin().flags()) {
      if (TRANSFER_FLAGS.contains(flag.name()) && flag.isOn()) {
        refuse(flag, instruction.origin().keyword() + " --" + flag.name());
      }
    }
  }

  private void refuse(Flag flag, String what) {
    found.add(buildfile.error(flag.range(), what + " is not executed yet"));
  }

  private BuildfileException notYet(Word word, String what) {
    return buildfile.error(word.range(), what + " is not executed yet: " + word);
  }
}
