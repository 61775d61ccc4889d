package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version 2 hierarchy, cgroup-v2.rst.
 *
 * @param mountPoint the topmost group this process can see
 * @param own this process's group
 */
record HierarchyV2(Path mountPoint, Path own) {

  /** Whether version 2 has {@code controller} at all; version 1 may have taken it. */
  boolean has(Controller controller) throws IOException {
    return controller.isCore() || (controller.isInVersion2() && isListed(controller));
  }

  private boolean isListed(Controller controller) throws IOException {
    return ControlFile.lists(mountPoint.resolve("cgroup.controllers"), controller.version2Name());
  }

  /**
   * The nearest group, from this process's own one up, that can hand {@code controllers} down. A
   * group with processes of its own cannot, unless it is the root: "no internal process
   * constraint".
   */
  Path parentFor(List<Controller> controllers) throws IOException {
    if (controllers.isEmpty()) {
      return own;
    }
    String enable = enabling(controllers);
    @Nullable IOException refused = null;
    for (Path group : ownAndAbove()) {
      if (handsDown(group, controllers)) {
        return group;
      }
      if (!has(group, "cgroup.controllers", controllers)) {
        continue;
      }
      try {
        ControlFile.write(group.resolve("cgroup.subtree_control"), enable);
        return group;
      } catch (IOException e) {
        refused = e; // EBUSY: processes live in it; EACCES: it is not ours. The next one may do.
      }
    }
    throw new CgroupException(
        "hand down the controllers "
            + enable
            + " from "
            + own
            + ": no group up to "
            + mountPoint
            + " permits it"
            + (refused == null ? "" : ": " + refused.getMessage())
            + " (run as root, or in a delegated group without processes of its own)",
        refused);
  }

  /** Lets {@code parent}, and each group above it, hand {@code controllers} down. */
  void handDown(Path parent, List<Controller> controllers) throws IOException {
    Path group = mountPoint;
    for (Path name : mountPoint.relativize(parent)) {
      enable(group, controllers);
      if (!name.toString().isEmpty()) {
        group = group.resolve(name);
      }
    }
    enable(group, controllers);
  }

  private static void enable(Path group, List<Controller> controllers) throws IOException {
    if (controllers.isEmpty() || handsDown(group, controllers)) {
      return;
    }
    Path file = group.resolve("cgroup.subtree_control");
    try {
      ControlFile.write(file, enabling(controllers));
    } catch (IOException e) {
      throw new CgroupException(
          "hand down the controllers "
              + enabling(controllers)
              + " from "
              + group
              + ": "
              + Refusals.reason(file, e)
              + " (a group with processes of its own cannot: choose another --cgroup-parent)",
          e);
    }
  }

  private static String enabling(List<Controller> controllers) {
    StringBuilder enable = new StringBuilder();
    for (Controller controller : controllers) {
      enable.append(enable.isEmpty() ? "+" : " +").append(controller.version2Name());
    }
    return enable.toString();
  }

  /** All groups in one of which {@link #parentFor} may be. */
  List<Path> ownAndAbove() {
    List<Path> groups = new ArrayList<>();
    for (@Nullable Path group = own;
        group != null && group.startsWith(mountPoint);
        group = group.getParent()) {
      groups.add(group);
    }
    return groups;
  }

  private static boolean handsDown(Path group, List<Controller> controllers) throws IOException {
    return has(group, "cgroup.subtree_control", controllers);
  }

  private static boolean has(Path group, String file, List<Controller> controllers)
      throws IOException {
    for (Controller controller : controllers) {
      if (!ControlFile.lists(group.resolve(file), controller.version2Name())) {
        return false;
      }
    }
    return true;
  }
}
