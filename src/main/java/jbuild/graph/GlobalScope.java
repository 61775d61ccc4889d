package jbuild.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.ExpansionBudget;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Suggestion;
import jbuild.buildfile.Word;

/** The values before the first FROM: predefined platform ARGs and the file's global ARGs. */
final class GlobalScope {
  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private GlobalScope() {}

  static Map<String, String> of(Buildfile buildfile, BuildRequest request, String targetName)
      throws BuildfileException {
    Map<String, String> values = predefined(request, targetName);
    WordExpander expander =
        new WordExpander(
            buildfile,
            new ExpansionBudget(),
            values::get,
            name -> Suggestion.hint(name, List.copyOf(values.keySet())));
    for (Instruction.Arg arg : buildfile.globalArgs()) {
      for (Instruction.Definition definition : arg.definitions()) {
        String name = definition.name().text();
        String given = request.buildArgs().get(name);
        Word value = definition.value();
        if (given != null) {
          values.put(name, given);
        } else if (value != null) {
          values.put(name, expander.expand(value));
        }
      }
    }
    return values;
  }

  /** Reference, "Automatic platform ARGs in the global scope"; a build argument overrides them. */
  private static Map<String, String> predefined(BuildRequest request, String targetName) {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "BUILD", request.platform());
    put(values, "TARGET", request.targetPlatform());
    values.put("TARGETSTAGE", targetName);
    values.replaceAll((name, value) -> request.buildArgs().getOrDefault(name, value));
    return values;
  }

  private static void put(Map<String, String> values, String side, PlatformName platform) {
    values.put(side + "PLATFORM", platform.toString());
    values.put(side + "OS", platform.os());
    values.put(side + "OSVERSION", "");
    values.put(side + "ARCH", platform.architecture());
    values.put(side + "VARIANT", platform.variant());
  }

  /** SOURCE_DATE_EPOCH as a build argument or a global ARG (reproducible-builds.org). */
  static OptionalLong sourceDateEpoch(
      Buildfile buildfile, BuildRequest request, Map<String, String> globals)
      throws BuildfileException {
    String value = request.buildArgs().getOrDefault(EPOCH, globals.getOrDefault(EPOCH, ""));
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw buildfile.error("invalid " + EPOCH + ": " + value, "it is a number of seconds");
    }
  }
}
