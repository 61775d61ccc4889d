package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The control group hierarchies of this machine as this process sees them: version 1 with a
 * hierarchy for some controllers each, version 2 with one for all, both, or none.
 */
public final class CgroupHierarchy {
  private static final String NAME_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

  private static final String PREFIX = "jbuild-";

  private final Map<Controller, Path> version1;
  private final @Nullable UnifiedHierarchy version2;

  private CgroupHierarchy(Map<Controller, Path> version1, @Nullable UnifiedHierarchy version2) {
    this.version1 = version1;
    this.version2 = version2;
  }

  /** Which versions are mounted. */
  public enum Kind {
    NONE,
    V1,
    V2,
    HYBRID
  }

  /**
   * Looks at /proc/self/cgroup and /proc/self/mountinfo.
   *
   * @param root {@code /}, or in tests a directory that holds proc/self and sys/fs/cgroup
   */
  public static CgroupHierarchy detect(Path root) throws IOException {
    List<ProcFiles.Membership> memberships;
    List<ProcFiles.CgroupMount> mounts;
    try {
      memberships = ProcFiles.memberships(root);
      mounts = ProcFiles.mounts(root);
    } catch (NoSuchFileException kernelWithoutCgroups) {
      return new CgroupHierarchy(Map.of(), null);
    }
    Map<Controller, Path> version1 = new EnumMap<>(Controller.class);
    UnifiedHierarchy version2 = null;
    for (ProcFiles.Membership membership : memberships) {
      for (ProcFiles.CgroupMount mount : mounts) {
        if (membership.isVersion2() && mount.isVersion2() && version2 == null) {
          version2 = new UnifiedHierarchy(mount.mountPoint(), ownGroup(mount, membership));
        }
        if (membership.isVersion2() || mount.isVersion2()) {
          continue;
        }
        for (Controller controller : Controller.values()) {
          if (membership.controllers().contains(controller.kernelName())
              && mount.options().contains(controller.kernelName())) {
            version1.putIfAbsent(controller, ownGroup(mount, membership));
          }
        }
      }
    }
    return new CgroupHierarchy(version1, version2);
  }

  public Kind kind() {
    if (version2 == null) {
      return version1.isEmpty() ? Kind.NONE : Kind.V1;
    }
    return version1.isEmpty() ? Kind.V2 : Kind.HYBRID;
  }

  /** Tells by its name whether a group has nobody any more who would remove it. */
  @FunctionalInterface
  public interface Abandoned {
    boolean test(String name) throws IOException;
  }

  /**
   * Removes groups that {@link #create} made in this process's own one, and kills what is in them:
   * the kernel frees everything of a process that was killed, but not these.
   */
  public void remove(Abandoned abandoned) throws IOException {
    Set<Path> parents = new LinkedHashSet<>(version1.values());
    if (version2 != null) {
      for (Path group = version2.own();
          group != null && group.startsWith(version2.mountPoint());
          group = group.getParent()) {
        parents.add(group);
      }
    }
    for (Path parent : parents) {
      try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent)) {
        for (Path group : groups) {
          String name = group.getFileName().toString();
          if (name.startsWith(PREFIX) && abandoned.test(name.substring(PREFIX.length()))) {
            new Cgroup(List.of(group), Map.of(), null).close();
          }
        }
      }
    }
  }

  /**
   * Makes a group named {@code jbuild-NAME} with {@code limits}, in this process's own group where
   * the kernel permits that, so that limits on this process bind the new group too.
   *
   * @throws CgroupException naming the controller and the option when a limit cannot be enforced
   */
  public Cgroup create(String name, ResourceLimits limits) throws IOException {
    checkName(name);
    List<Path> made = new ArrayList<>();
    try {
      return create(PREFIX + name, limits, made);
    } catch (IOException | RuntimeException e) {
      for (Path directory : made) {
        // Empty and ours: should it stay all the same, the first failure tells more than this one.
        Files.deleteIfExists(directory);
      }
      throw e;
    }
  }

  private Cgroup create(String directoryName, ResourceLimits limits, List<Path> made)
      throws IOException {
    List<Controller> unified = new ArrayList<>();
    Map<Path, List<Controller>> split = new LinkedHashMap<>();
    for (Controller controller : Controller.values()) {
      if (!controller.isNeededFor(limits)) {
        continue;
      }
      Path parent = version1.get(controller);
      if (parent != null) {
        split.computeIfAbsent(parent, ignored -> new ArrayList<>()).add(controller);
      } else if (version2 != null && version2.has(controller)) {
        unified.add(controller);
      } else {
        throw missing(controller);
      }
    }
    Map<Controller, Path> directories = new EnumMap<>(Controller.class);
    for (Map.Entry<Path, List<Controller>> hierarchy : split.entrySet()) {
      Path directory = make(hierarchy.getKey().resolve(directoryName), made);
      for (Controller controller : hierarchy.getValue()) {
        Version1.limit(controller, directory, limits);
        directories.put(controller, directory);
      }
    }
    Path unifiedDirectory = null;
    if (version2 != null && !unified.isEmpty()) {
      Path parent = version2.parentFor(unified);
      unifiedDirectory = make(parent.resolve(directoryName), made);
      for (Controller controller : unified) {
        Version2.limit(controller, unifiedDirectory, limits);
      }
    }
    return new Cgroup(List.copyOf(made), directories, unifiedDirectory);
  }

  private static Path make(Path directory, List<Path> made) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      throw new CgroupException(
          "make the control group " + directory + ": it exists (remove it with rmdir)", e);
    } catch (IOException e) {
      throw new CgroupException(
          "make the control group " + directory + ": " + e.getMessage() + " (limits need root)", e);
    }
    made.add(directory);
    return directory;
  }

  /** Where this process's own group is below the mount point. */
  private static Path ownGroup(ProcFiles.CgroupMount mount, ProcFiles.Membership membership) {
    String path = membership.path();
    String top = mount.root().equals("/") ? "" : mount.root();
    if (path.equals(top)) {
      return mount.mountPoint();
    }
    // In a container without a cgroup namespace the mount shows only the container's subtree; a
    // path outside of it ("/../x" in a namespace) cannot be named, and its top is the nearest.
    return path.startsWith(top + "/") && !path.startsWith("/..")
        ? mount.mountPoint().resolve(path.substring(top.length() + 1))
        : mount.mountPoint();
  }

  private static CgroupException missing(Controller controller) {
    return new CgroupException(
        "limit with "
            + controller.option()
            + ": the "
            + controller.kernelName()
            + " controller is missing in /sys/fs/cgroup (mount it, or leave the option out)");
  }

  private static void checkName(String name) {
    boolean plain = !name.isEmpty() && !name.startsWith(".");
    for (int i = 0; i < name.length(); i++) {
      plain &= NAME_CHARACTERS.indexOf(name.charAt(i)) >= 0;
    }
    if (!plain) {
      throw new IllegalArgumentException("not a name for a control group: " + name);
    }
  }
}
