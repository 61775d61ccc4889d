package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one group: decides which hierarchies it is in, and sets the limits. */
final class GroupMaker {
  /** What is counted for each container; in this order, and where it is mounted. */
  private static final List<Controller> COUNTED =
      List.of(
          Controller.CPUACCT,
          Controller.MEMORY,
          Controller.PIDS,
          Controller.BLKIO,
          Controller.PERF_EVENT);

  /** Figures of version 2 that need a controller. */
  private static final List<Controller> COUNTED_IN_VERSION_2 =
      List.of(Controller.CPU, Controller.MEMORY, Controller.PIDS, Controller.BLKIO);

  private final Map<Controller, HierarchyV1> version1;
  private final @Nullable HierarchyV2 version2;
  private final GroupDirectories directories;
  private final Refusals refusals;
  private final @Nullable Consumer<String> dropped;

  /**
   * A maker for one group.
   *
   * @param dropped gets a message for each limit that cannot be enforced; null: that is a failure
   */
  GroupMaker(
      Map<Controller, HierarchyV1> version1,
      @Nullable HierarchyV2 version2,
      GroupDirectories directories,
      Refusals refusals,
      @Nullable Consumer<String> dropped) {
    this.version1 = version1;
    this.version2 = version2;
    this.directories = directories;
    this.refusals = refusals;
    this.dropped = dropped;
  }

  Cgroup make(String directoryName, ResourceLimits limits) throws IOException {
    try {
      return place(directoryName, limits);
    } catch (IOException | RuntimeException e) {
      directories.removeAll(e);
      throw e;
    }
  }

  private Cgroup place(String directoryName, ResourceLimits limits) throws IOException {
    List<ResourceLimits.Setting> settings = enforceable(limits);
    boolean deviceList = limits.devices() != null && (canListDevices() || dropDevices());
    Set<Controller> needed = EnumSet.noneOf(Controller.class);
    for (ResourceLimits.Setting setting : settings) {
      needed.add(setting.limit().controller());
    }
    if (deviceList) {
      needed.add(Controller.DEVICES);
    }
    Map<Path, List<Controller>> split = new LinkedHashMap<>();
    List<Controller> unified = new ArrayList<>();
    assign(CgroupHierarchy.REGISTER, split, unified);
    for (Controller controller : needed) {
      assign(controller, split, unified);
    }
    if (limits.counted()) {
      for (Controller controller : COUNTED) {
        if (!needed.contains(controller)) {
          assign(controller, split, unified);
        }
      }
    }
    Path unifiedDirectory = unifiedDirectory(directoryName, limits, needed, unified);
    Map<Controller, Path> groups = new EnumMap<>(Controller.class);
    for (Map.Entry<Path, List<Controller>> hierarchy : split.entrySet()) {
      HierarchyV1 top = version1.get(hierarchy.getValue().get(0));
      if (top == null) {
        throw new IllegalStateException("not a hierarchy of version 1");
      }
      Path directory;
      try {
        directory =
            directories.make(
                directories.parent(top.mountPoint(), top.own(), limits.parent()), directoryName);
      } catch (IOException e) {
        if (!Collections.disjoint(needed, hierarchy.getValue())) {
          throw e;
        }
        continue; // only counting: what this process may not count is not
      }
      for (Controller controller : hierarchy.getValue()) {
        groups.put(controller, directory);
      }
      if (hierarchy.getValue().contains(Controller.CPUSET)) {
        Cpusets.inherit(directory, top.mountPoint());
      }
    }
    byte[] deviceProgram = null;
    for (ResourceLimits.Setting setting : settings) {
      Path group = groups.get(setting.limit().controller());
      set(setting, limits, group, unifiedDirectory);
    }
    if (limits.devices() != null && needed.contains(Controller.DEVICES)) {
      Path group = groups.get(Controller.DEVICES);
      if (group != null) {
        LimitWriter.devices(limits.devices(), group);
      } else {
        deviceProgram = DeviceProgram.of(limits.devices());
      }
    }
    return new Cgroup(
        directories.made(), groups, unifiedDirectory, deviceProgram, directories.parentsMade());
  }

  private void set(
      ResourceLimits.Setting setting,
      ResourceLimits limits,
      @Nullable Path group,
      @Nullable Path unifiedDirectory)
      throws IOException {
    try {
      if (group != null) {
        LimitWriter.write(setting, limits, group, 1, refusals.root());
      } else if (unifiedDirectory != null) {
        LimitWriter.write(setting, limits, unifiedDirectory, 2, refusals.root());
      }
    } catch (CgroupException e) {
      drop(e);
    }
  }

  /** Those whose controllers are there; before anything is made. */
  private List<ResourceLimits.Setting> enforceable(ResourceLimits limits) throws IOException {
    List<ResourceLimits.Setting> enforceable = new ArrayList<>();
    for (ResourceLimits.Setting setting : limits.settings()) {
      Controller controller = setting.limit().controller();
      if (version1.containsKey(controller) || (version2 != null && version2.has(controller))) {
        enforceable.add(setting);
      } else if (!setting.optional()) {
        drop(refusals.noController(setting.limit().option(), controller, version2 != null));
      }
    }
    return enforceable;
  }

  private boolean canListDevices() {
    return version1.containsKey(Controller.DEVICES) || version2 != null;
  }

  private boolean dropDevices() throws IOException {
    drop(refusals.noController("--device", Controller.DEVICES, false));
    return false;
  }

  private void drop(CgroupException why) throws CgroupException {
    if (dropped == null) {
      throw why;
    }
    dropped.accept(String.valueOf(why.getMessage()));
  }

  /** A core controller is version 2's where that is mounted, as joining it there costs nothing. */
  private void assign(
      Controller controller, Map<Path, List<Controller>> split, List<Controller> unified)
      throws IOException {
    HierarchyV1 hierarchy = version1.get(controller);
    boolean free = controller == Controller.CPUACCT || controller == Controller.FREEZER;
    if (hierarchy != null && !(free && version2 != null)) {
      split.computeIfAbsent(hierarchy.mountPoint(), ignored -> new ArrayList<>()).add(controller);
    } else if (version2 != null && version2.has(controller)) {
      unified.add(controller);
    }
  }

  private @Nullable Path unifiedDirectory(
      String name, ResourceLimits limits, Set<Controller> needed, List<Controller> unified)
      throws IOException {
    if (version2 == null || unified.isEmpty()) {
      return null;
    }
    List<Controller> must = new ArrayList<>();
    for (Controller controller : unified) {
      if (needed.contains(controller) && !controller.isCore()) {
        must.add(controller);
      }
    }
    List<Controller> wanted = new ArrayList<>(must);
    if (limits.counted()) {
      for (Controller controller : COUNTED_IN_VERSION_2) {
        if (!must.contains(controller)
            && !version1.containsKey(controller)
            && version2.has(controller)) {
          wanted.add(controller);
        }
      }
    }
    try {
      return directories.make(parent2(version2, limits, wanted), name);
    } catch (IOException e) {
      boolean asked = !must.isEmpty() || needed.contains(Controller.DEVICES);
      if (!asked && wanted.isEmpty()) {
        return null; // only counting: what this process may not count is not
      }
      if (wanted.size() == must.size()) {
        throw e;
      }
      try {
        return directories.make(parent2(version2, limits, must), name);
      } catch (IOException again) {
        if (asked) {
          throw again;
        }
        return null;
      }
    }
  }

  private Path parent2(HierarchyV2 version2, ResourceLimits limits, List<Controller> controllers)
      throws IOException {
    if (limits.parent().isEmpty()) {
      return version2.parentFor(controllers);
    }
    Path parent = directories.parent(version2.mountPoint(), version2.own(), limits.parent());
    version2.handDown(parent, controllers);
    return parent;
  }
}
