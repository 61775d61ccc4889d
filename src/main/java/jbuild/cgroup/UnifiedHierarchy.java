package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version 2 hierarchy, cgroup-v2.rst.
 *
 * @param mountPoint the topmost group this process can see
 * @param own this process's group
 */
record UnifiedHierarchy(Path mountPoint, Path own) {

  /** Whether version 2 has {@code controller} at all; version 1 may have taken it. */
  boolean has(Controller controller) throws IOException {
    return ControlFile.lists(mountPoint.resolve("cgroup.controllers"), controller.kernelName());
  }

  /**
   * The nearest group, from this process's own one up, that can hand {@code controllers} down. A
   * group with processes of its own cannot, unless it is the root: "no internal process
   * constraint".
   */
  Path parentFor(List<Controller> controllers) throws IOException {
    StringBuilder enable = new StringBuilder();
    for (Controller controller : controllers) {
      enable.append(enable.isEmpty() ? "+" : " +").append(controller.kernelName());
    }
    @Nullable IOException refused = null;
    for (@Nullable Path group = own;
        group != null && group.startsWith(mountPoint);
        group = group.getParent()) {
      if (handsDown(group, controllers)) {
        return group;
      }
      if (!has(group, "cgroup.controllers", controllers)) {
        continue;
      }
      try {
        ControlFile.write(group.resolve("cgroup.subtree_control"), enable.toString());
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

  private static boolean handsDown(Path group, List<Controller> controllers) throws IOException {
    return has(group, "cgroup.subtree_control", controllers);
  }

  private static boolean has(Path group, String file, List<Controller> controllers)
      throws IOException {
    for (Controller controller : controllers) {
      if (!ControlFile.lists(group.resolve(file), controller.kernelName())) {
        return false;
      }
    }
    return true;
  }
}
