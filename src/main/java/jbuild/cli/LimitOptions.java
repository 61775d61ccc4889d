package jbuild.cli;

import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.cgroup.DeviceRule;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;

/** Limits of containers and of RUN steps: docker's options, and those that it has not. */
final class LimitOptions {
  private LimitOptions() {}

  /** Those that a build has: docker build's and buildah's. */
  static List<OptionSpec> ofBuild() {
    List<OptionSpec> options = new ArrayList<>(common("each RUN"));
    options.add(policy());
    return options;
  }

  /** Every limit there is. */
  static List<OptionSpec> ofRun() {
    List<OptionSpec> options = new ArrayList<>(common("the container"));
    options.addAll(RunLimitOptions.options());
    options.add(policy());
    return options;
  }

  private static List<OptionSpec> common(String whom) {
    return List.of(
        OptionSpec.value("BYTES", "Memory limit of " + whom + ", such as 512m.", "-m", "--memory"),
        OptionSpec.value(
            "BYTES",
            "Limit of memory and swap together, -1 for no limit of swap (default: twice"
                + " --memory).",
            "--memory-swap"),
        OptionSpec.value("NUMBER", "Processors that " + whom + " may use, such as 1.5.", "--cpus"),
        OptionSpec.value(
            "NUMBER",
            "Share of processor time when it is scarce, 1024 being usual.",
            "--cpu-shares"),
        OptionSpec.value(
            "MICROSECONDS", "Period of --cpu-quota (default: 100000).", "--cpu-period"),
        OptionSpec.value("MICROSECONDS", "Processor time in each period.", "--cpu-quota"),
        OptionSpec.value("LIST", "Processors to run on, such as 0-2,5.", "--cpuset-cpus"),
        OptionSpec.value("LIST", "Memory nodes to take memory from.", "--cpuset-mems"),
        OptionSpec.value("NUMBER", "Most processes and threads of " + whom + ".", "--pids-limit"),
        OptionSpec.value(
            "PATH",
            "Control group to make the group of " + whom + " in (default: jbuild's own).",
            "--cgroup-parent"));
  }

  private static OptionSpec policy() {
    return OptionSpec.value(
        "strict|best-effort",
        "What a limit is that this machine cannot enforce: an error, or dropped with a message"
            + " (default: strict).",
        "--limits");
  }

  /** Says what is to be done with limits, before anything else is. */
  static void prepare(Arguments arguments, Wiring wiring) throws UsageException {
    wiring.limits(bestEffort(arguments), parent(arguments.text("--cgroup-parent", "")));
  }

  static boolean bestEffort(Arguments arguments) throws UsageException {
    String policy = arguments.text("--limits", "strict");
    if (!policy.equals("strict") && !policy.equals("best-effort")) {
      throw new UsageException("--limits " + policy + ": unknown (use strict or best-effort)");
    }
    return policy.equals("best-effort");
  }

  static ResourceLimits ofBuild(Arguments arguments) throws UsageException {
    return read(arguments, common(""), List.of());
  }

  /** In a group in any case, so that stats and pause work. */
  static ResourceLimits ofRun(Arguments arguments) throws UsageException {
    List<OptionSpec> options = new ArrayList<>(common(""));
    options.addAll(RunLimitOptions.options());
    return read(arguments, options, arguments.list(RunLimitOptions.DEVICE_RULE)).withGroup();
  }

  /** The table of limits is not loaded for nothing: most commands have none. */
  private static ResourceLimits read(
      Arguments arguments, List<OptionSpec> options, List<String> deviceRules)
      throws UsageException {
    ResourceLimits.Builder limits = null;
    for (OptionSpec option : options) {
      List<String> given = arguments.list(option.name());
      if (given.isEmpty()) {
        continue;
      }
      if (limits == null) {
        limits = ResourceLimits.builder();
      }
      Limit limit = Limit.ofOption(option.name());
      if (limit != null) {
        for (String text : given) {
          LimitValues.set(limits, limit, text);
        }
      }
    }
    if (limits == null) {
      return ResourceLimits.NONE;
    }
    limits.parent(parent(arguments.text("--cgroup-parent", "")));
    if (!deviceRules.isEmpty()) {
      limits.devices(devices(deviceRules));
    }
    try {
      return limits.build();
    } catch (IllegalArgumentException contradiction) {
      throw new UsageException(String.valueOf(contradiction.getMessage()));
    }
  }

  private static String parent(String path) throws UsageException {
    if (path.isEmpty()) {
      return path;
    }
    for (String name : path.split("/", -1)) {
      if (name.startsWith(".")) {
        throw new UsageException("--cgroup-parent " + path + ": a name begins with a dot");
      }
      for (int i = 0; i < name.length(); i++) {
        if (name.charAt(i) <= ' ' || name.charAt(i) > '~') {
          throw new UsageException("--cgroup-parent " + path + ": not the path of a control group");
        }
      }
    }
    return path;
  }

  private static List<DeviceRule> devices(List<String> given) throws UsageException {
    List<DeviceRule> rules = new ArrayList<>();
    for (String text : given) {
      try {
        rules.add(DeviceRule.parse(text));
      } catch (IllegalArgumentException wrong) {
        throw new UsageException(
            RunLimitOptions.DEVICE_RULE + " '" + text + "': " + wrong.getMessage());
      }
    }
    return rules;
  }
}
