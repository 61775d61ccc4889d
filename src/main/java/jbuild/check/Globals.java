package jbuild.check;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.Word;
import jbuild.graph.PlatformName;

/**
 * What FROM sees: the predefined platform ARGs, and those before the first FROM.
 *
 * @param values of those that have one
 * @param names with those that have none
 */
record Globals(Map<String, String> values, Set<String> names) {

  static Globals of(
      Buildfile buildfile,
      Map<String, String> buildArgs,
      PlatformName platform,
      String targetName,
      ShellWords words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String side : new String[] {"BUILD", "TARGET"}) {
      values.put(side + "PLATFORM", platform.toString());
      values.put(side + "OS", platform.os());
      values.put(side + "OSVERSION", "");
      values.put(side + "ARCH", platform.architecture());
      values.put(side + "VARIANT", platform.variant());
    }
    values.put("TARGETSTAGE", targetName);
    values.replaceAll((name, value) -> buildArgs.getOrDefault(name, value));
    Set<String> names = new LinkedHashSet<>(values.keySet());
    for (Instruction.Arg arg : buildfile.globalArgs()) {
      for (Instruction.Definition definition : arg.definitions()) {
        String name = definition.name().text();
        String given = buildArgs.get(name);
        Word value = definition.value();
        names.add(name);
        if (given != null) {
          values.put(name, given);
        } else if (value != null) {
          values.put(name, Expansion.of(words, value.text(), values).text());
        }
      }
    }
    return new Globals(values, names);
  }
}
