package jbuild.build;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import jbuild.graph.Operation;
import jbuild.oci.Healthcheck;
import jbuild.oci.RuntimeConfig;

/** What the instructions without files do to an image's configuration. */
final class ConfigChanges {
  private ConfigChanges() {}

  static RuntimeConfig apply(RuntimeConfig config, Operation.ConfigOp operation) {
    RuntimeConfig.Builder changed = config.edit();
    if (operation instanceof Operation.LabelOp label) {
      TreeMap<String, String> labels = new TreeMap<>(config.labels());
      labels.putAll(label.labels());
      changed.labels(labels);
    } else if (operation instanceof Operation.CmdOp cmd) {
      changed.cmd(cmd.argv());
    } else if (operation instanceof Operation.EntrypointOp entrypoint) {
      changed.entrypoint(entrypoint.argv());
      if (entrypoint.clearsCmd()) {
        changed.cmd(List.of());
      }
    } else if (operation instanceof Operation.ExposeOp expose) {
      changed.exposedPorts(union(config.exposedPorts(), expose.ports()));
    } else if (operation instanceof Operation.VolumeOp volume) {
      changed.volumes(union(config.volumes(), volume.paths()));
    } else if (operation instanceof Operation.UserOp user) {
      changed.user(user.user());
    } else if (operation instanceof Operation.StopSignalOp signal) {
      changed.stopSignal(signal.signal());
    } else if (operation instanceof Operation.ShellOp shell) {
      changed.shell(shell.argv());
    } else if (operation instanceof Operation.HealthcheckOp check) {
      changed.healthcheck(healthcheck(check.healthcheck()));
    } else if (operation instanceof Operation.UnsetOp unset) {
      unset(config, unset, changed);
    } else if (operation instanceof Operation.OnbuildOp onbuild) {
      List<String> triggers = new ArrayList<>(config.onBuild());
      triggers.add(onbuild.expression());
      changed.onBuild(triggers);
    }
    // ENV is taken from the expander at the end of the stage, ARG leaves the configuration alone,
    // and the author is not part of it.
    return changed.build();
  }

  private static void unset(
      RuntimeConfig config, Operation.UnsetOp unset, RuntimeConfig.Builder changed) {
    switch (unset.kind()) {
      case ENV -> {} // the expander has done it
      case LABEL -> {
        TreeMap<String, String> labels = new TreeMap<>(config.labels());
        labels.keySet().removeAll(unset.names());
        changed.labels(labels);
      }
      case VOLUME -> changed.volumes(without(config.volumes(), unset.names()));
      case EXPOSE -> changed.exposedPorts(without(config.exposedPorts(), unset.names()));
    }
  }

  private static SortedSet<String> without(SortedSet<String> old, List<String> removed) {
    TreeSet<String> rest = new TreeSet<>(old);
    removed.forEach(rest::remove);
    return rest;
  }

  private static SortedSet<String> union(SortedSet<String> old, List<String> added) {
    TreeSet<String> all = new TreeSet<>(old);
    all.addAll(added);
    return all;
  }

  private static Healthcheck healthcheck(jbuild.buildfile.Healthcheck check) {
    return new Healthcheck(
        check.test(),
        check.interval(),
        check.timeout(),
        check.startPeriod(),
        check.startInterval(),
        check.retries());
  }
}
