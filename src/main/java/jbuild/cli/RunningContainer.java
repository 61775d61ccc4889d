package jbuild.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.cgroup.Cgroup;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.runner.ContainerStore;
import jbuild.store.Owner;

/**
 * A container that runs, with its control group: every one has one, named after the command that
 * runs it and the container's ID.
 */
record RunningContainer(String id, String name, long pid, Cgroup group) {
  /** As RunCommand makes them; a RUN step's group has another kind of name. */
  private static final int ID_DIGITS = 12;

  static List<RunningContainer> all(Wiring wiring) throws IOException {
    Map<String, String> names = new HashMap<>();
    for (ContainerStore.Container container : wiring.containers().list()) {
      names.put(container.id(), container.name());
    }
    CgroupHierarchy groups = wiring.cgroups();
    Owner self = wiring.dataRoot().owner();
    List<RunningContainer> running = new ArrayList<>();
    for (String groupName : groups.names()) {
      Owner owner = Owner.parse(groupName);
      if (owner == null || owner.isDead(self)) {
        continue;
      }
      String id = groupName.substring(owner.prefix().length());
      Cgroup listed = groups.named(groupName);
      List<Long> pids = listed.processes();
      if (id.length() == ID_DIGITS && !pids.isEmpty()) {
        long pid = pids.get(0);
        running.add(
            new RunningContainer(
                id, names.getOrDefault(id, id), pid, groups.find(pid, groupName).orElse(listed)));
      }
    }
    return running;
  }

  /** The one that {@code typed} means: a name or the start of an ID. */
  static RunningContainer find(Wiring wiring, String what, String typed) throws IOException {
    List<RunningContainer> matches = new ArrayList<>();
    for (RunningContainer container : all(wiring)) {
      if (container.name.equals(typed)) {
        return container;
      }
      if (container.isCalled(typed)) {
        matches.add(container);
      }
    }
    if (matches.size() != 1) {
      throw new IOException(
          what
              + " container "
              + typed
              + ": "
              + (matches.isEmpty()
                  ? "no such container is running"
                  : matches.size() + " containers match"));
    }
    return matches.get(0);
  }

  boolean isCalled(String typed) {
    return name.equals(typed) || (!typed.isEmpty() && id.startsWith(typed));
  }
}
