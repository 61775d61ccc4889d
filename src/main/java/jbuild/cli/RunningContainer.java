package jbuild.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jbuild.cgroup.Cgroup;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.runner.ContainerStore;
import jbuild.store.DataRoot;
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
    Set<String> commands = commands(wiring.dataRoot());
    CgroupHierarchy groups = wiring.cgroups();
    List<RunningContainer> running = new ArrayList<>();
    for (Map.Entry<String, Long> occupied : groups.occupied().entrySet()) {
      String groupName = occupied.getKey();
      Owner owner = Owner.parse(groupName);
      if (owner == null || !commands.contains(owner.prefix())) {
        continue;
      }
      String id = groupName.substring(owner.prefix().length());
      Cgroup group = groups.find(occupied.getValue(), groupName).orElse(null);
      if (id.length() == ID_DIGITS && group != null) {
        running.add(
            new RunningContainer(id, names.getOrDefault(id, id), occupied.getValue(), group));
      }
    }
    return running;
  }

  /** What the names of those commands' files begin with that use this data root now. */
  private static Set<String> commands(DataRoot root) throws IOException {
    Set<String> commands = new HashSet<>();
    for (Path directory : List.of(root.leases(), root.work())) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          Owner owner = Owner.parse(entry.getFileName().toString());
          if (owner != null && !owner.isDead(root.owner())) {
            commands.add(owner.prefix());
          }
        }
      }
    }
    return commands;
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
