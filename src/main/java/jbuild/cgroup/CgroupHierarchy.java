package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The control group hierarchies of this machine as this process sees them: version 1 with a
 * hierarchy for some controllers each, version 2 with one for all, both, or none.
 */
public final class CgroupHierarchy {
  private static final String NAME_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

  private static final String PREFIX = "jbuild-";

  /**
   * Every group is in this controller's hierarchy, whatever its limits: so what is abandoned is
   * found by looking into one directory, and every group can be frozen.
   */
  static final Controller REGISTER = Controller.FREEZER;

  private final Path root;
  private final Map<Controller, HierarchyV1> version1;
  private final @Nullable HierarchyV2 version2;
  private final GroupDirectories.Calls maker;
  private final @Nullable Consumer<String> dropped;

  private CgroupHierarchy(
      Path root,
      Map<Controller, HierarchyV1> version1,
      @Nullable HierarchyV2 version2,
      GroupDirectories.Calls maker,
      @Nullable Consumer<String> dropped) {
    this.root = root;
    this.version1 = version1;
    this.version2 = version2;
    this.maker = maker;
    this.dropped = dropped;
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
    return detect(root, Files::createDirectory);
  }

  static CgroupHierarchy detect(Path root, GroupDirectories.Calls maker) throws IOException {
    List<ProcFiles.Membership> memberships;
    List<ProcFiles.CgroupMount> mounts;
    try {
      memberships = ProcFiles.memberships(root);
      mounts = ProcFiles.mounts(root);
    } catch (NoSuchFileException kernelWithoutCgroups) {
      return new CgroupHierarchy(root, Map.of(), null, maker, null);
    }
    Map<Controller, HierarchyV1> version1 = new EnumMap<>(Controller.class);
    HierarchyV2 version2 = null;
    for (ProcFiles.Membership membership : memberships) {
      for (ProcFiles.CgroupMount mount : mounts) {
        if (membership.isVersion2() && mount.isVersion2() && version2 == null) {
          version2 = new HierarchyV2(mount.mountPoint(), ownGroup(mount, membership));
        }
        if (membership.isVersion2() || !mount.serves(membership)) {
          continue;
        }
        for (Controller controller : Controller.values()) {
          if (membership.controllers().contains(controller.version1Name())) {
            version1.putIfAbsent(
                controller, new HierarchyV1(mount.mountPoint(), ownGroup(mount, membership)));
          }
        }
      }
    }
    return new CgroupHierarchy(root, version1, version2, maker, null);
  }

  public Kind kind() {
    if (version2 == null) {
      return version1.isEmpty() ? Kind.NONE : Kind.V1;
    }
    return version1.isEmpty() ? Kind.V2 : Kind.HYBRID;
  }

  /**
   * The same hierarchies, but a limit that cannot be enforced is no failure of {@link #create}:
   * {@code dropped} gets the message instead.
   */
  public CgroupHierarchy bestEffort(Consumer<String> listener) {
    return new CgroupHierarchy(root, version1, version2, maker, listener);
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
    remove(ownGroups(), registers(), abandoned);
  }

  /** The same for groups that were made with this parent, if there is one. */
  public void remove(String parent, Abandoned abandoned) throws IOException {
    List<Path> groups = new ArrayList<>();
    for (HierarchyV1 hierarchy : version1.values()) {
      addIfThere(
          GroupDirectories.parentIn(hierarchy.mountPoint(), hierarchy.own(), parent), groups);
    }
    if (version2 != null) {
      addIfThere(GroupDirectories.parentIn(version2.mountPoint(), version2.own(), parent), groups);
    }
    remove(groups, groups, abandoned);
  }

  private static void addIfThere(Path group, List<Path> groups) {
    if (!groups.contains(group) && Files.isDirectory(group)) {
      groups.add(group);
    }
  }

  /** Looks into some, and removes what is abandoned from all; first from those it is not in. */
  private static void remove(List<Path> all, List<Path> listed, Abandoned abandoned)
      throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Path parent : listed) {
      if (!Files.isWritable(parent)) {
        continue; // there nothing is this user's
      }
      try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent)) {
        for (Path group : groups) {
          String name = group.getFileName().toString();
          if (name.startsWith(PREFIX) && abandoned.test(name.substring(PREFIX.length()))) {
            names.add(name);
          }
        }
      }
    }
    for (String name : names) {
      for (Path parent : all) {
        if (!listed.contains(parent)) {
          Cgroup.of(parent.resolve(name)).close();
        }
      }
      for (Path parent : listed) {
        Cgroup.of(parent.resolve(name)).close();
      }
    }
  }

  /** The groups in one of which each group of ours is found: one hierarchy's, not all. */
  private List<Path> registers() {
    if (version2 != null) {
      return version2.ownAndAbove();
    }
    HierarchyV1 register = version1.get(REGISTER);
    return register == null ? ownGroups() : List.of(register.own());
  }

  private List<Path> ownGroups() {
    Set<Path> groups = new LinkedHashSet<>();
    for (HierarchyV1 hierarchy : version1.values()) {
      groups.add(hierarchy.own());
    }
    if (version2 != null) {
      groups.addAll(version2.ownAndAbove());
    }
    return new ArrayList<>(groups);
  }

  /**
   * Makes a group named {@code jbuild-NAME} with {@code limits}, in this process's own group where
   * the kernel permits that, so that limits on this process bind the new group too.
   *
   * @throws CgroupException naming the controller and the option when a limit cannot be enforced
   */
  public Cgroup create(String name, ResourceLimits limits) throws IOException {
    checkName(name);
    return new GroupMaker(
            version1, version2, new GroupDirectories(maker), new Refusals(root), dropped)
        .make(PREFIX + name, limits);
  }

  /**
   * The groups that have processes, wherever they are: their names, each with its oldest process as
   * far as numbers tell.
   */
  public Map<String, Long> occupied() throws IOException {
    Map<String, Long> occupied = new TreeMap<>();
    try (DirectoryStream<Path> processes =
        Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        for (ProcFiles.Membership membership : ProcFiles.membershipsOf(root, pid)) {
          int at = membership.path().lastIndexOf("/" + PREFIX); // a parent may be so called too
          if (at >= 0) {
            String name = membership.path().substring(at + 1 + PREFIX.length());
            int end = name.indexOf('/');
            occupied.merge(end < 0 ? name : name.substring(0, end), pid, Math::min);
            break;
          }
        }
      }
    }
    return occupied;
  }

  /**
   * The group named {@code jbuild-NAME} that the process is in, or below which it is; empty if it
   * is in none, as it has ended or has no group.
   */
  public Optional<Cgroup> find(long pid, String name) throws IOException {
    checkName(name);
    List<Path> directories = new ArrayList<>();
    Map<Controller, Path> split = new EnumMap<>(Controller.class);
    Path unified = null;
    for (ProcFiles.Membership membership : ProcFiles.membershipsOf(root, pid)) {
      String path = ProcFiles.upTo(membership.path(), PREFIX + name);
      if (path == null) {
        continue;
      }
      ProcFiles.Membership group = new ProcFiles.Membership(membership.controllers(), path);
      for (ProcFiles.CgroupMount mount : ProcFiles.mounts(root)) {
        Path directory = ownGroup(mount, group);
        if (!mount.serves(membership) || !directory.endsWith(PREFIX + name)) {
          continue;
        }
        directories.add(directory);
        if (membership.isVersion2()) {
          unified = directory;
        }
        for (Controller controller : Controller.values()) {
          if (membership.controllers().contains(controller.version1Name())) {
            split.putIfAbsent(controller, directory);
          }
        }
        break;
      }
    }
    return directories.isEmpty()
        ? Optional.empty()
        : Optional.of(new Cgroup(directories, split, unified, null, List.of()));
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

  static void checkName(String name) {
    boolean plain = !name.isEmpty() && !name.startsWith(".");
    for (int i = 0; i < name.length(); i++) {
      plain &= NAME_CHARACTERS.indexOf(name.charAt(i)) >= 0;
    }
    if (!plain) {
      throw new IllegalArgumentException("not a name for a control group: " + name);
    }
  }
}
