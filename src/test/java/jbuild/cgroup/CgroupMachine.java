package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory that plays a machine: its files keep what is written to them, and a new group has the
 * files of its hierarchy's controllers, as the kernel would make them.
 */
final class CgroupMachine {
  private final Path root;
  private final List<String[]> mounts = new ArrayList<>();

  /** Files that this kernel does not have. */
  final List<String> missing = new ArrayList<>();

  CgroupMachine(Path root) {
    this.root = root;
  }

  CgroupHierarchy detect() throws IOException {
    return CgroupHierarchy.detect(
        root,
        new GroupDirectories.Calls() {
          @Override
          public void make(Path directory) throws IOException {
            CgroupMachine.this.make(directory);
          }

          @Override
          public void remove(Path directory) throws IOException {
            empty(directory);
            Files.delete(directory);
          }
        });
  }

  private void make(Path directory) throws IOException {
    Files.createDirectory(directory);
    Path top = path("");
    for (String[] mount : mounts) {
      if (!directory.startsWith(mount[0].isEmpty() ? top : path(mount[0]))) {
        continue;
      }
      boolean isVersion2 = mount[1].equals("cgroup2");
      String controllers =
          isVersion2 ? read(top.relativize(directory.getParent()) + "/cgroup.subtree_control") : "";
      for (Limit limit : Limit.values()) {
        boolean has =
            isVersion2
                ? limit.controller().isInVersion2()
                    && (" " + controllers.replace("+", "") + " ")
                        .contains(" " + limit.controller().version2Name() + " ")
                : ("," + mount[2] + ",").contains("," + limit.controller().version1Name() + ",");
        if (has) {
          for (LimitFile file : isVersion2 ? limit.version2() : limit.version1()) {
            create(directory.resolve(file.name().replace("SIZE", "2MB")));
          }
        }
      }
      if (isVersion2) {
        Files.writeString(directory.resolve("cgroup.controllers"), controllers);
        create(directory.resolve("cgroup.subtree_control"));
        create(directory.resolve("cgroup.freeze"));
      } else if (("," + mount[2] + ",").contains(",freezer,")) {
        create(directory.resolve("freezer.state"));
      } else if (("," + mount[2] + ",").contains(",devices,")) {
        create(directory.resolve("devices.deny"));
        create(directory.resolve("devices.allow"));
      }
    }
  }

  /** Removes the files, which the kernel's rmdir does not mind. */
  static void empty(Path group) throws IOException {
    try (var files = Files.list(group)) {
      for (Path file : files.toList()) {
        if (!Files.isDirectory(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private void create(Path file) throws IOException {
    if (!missing.contains(file.getFileName().toString()) && !Files.exists(file)) {
      Files.createFile(file);
    }
  }

  /** What this process's /proc/self/cgroup holds. */
  void membership(String... lines) throws IOException {
    Files.createDirectories(root.resolve("proc/self"));
    Files.write(root.resolve("proc/self/cgroup"), List.of(lines));
    Files.writeString(
        root.resolve("proc/self/mountinfo"),
        "22 1 254:0 / / rw,relatime - ext4 /dev/root rw,discard\n");
  }

  /** A line of /proc/cgroups. */
  void kernelHas(String controller, int hierarchy) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        root.resolve("proc/cgroups"),
        "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
            + controller
            + "\t"
            + hierarchy
            + "\t1\t1\n");
  }

  void mount1(String controllers) throws IOException {
    mount1("/", controllers, controllers);
  }

  /** {@code point} is written as in mountinfo, with escapes. */
  void mount1(String shown, String point, String controllers) throws IOException {
    mount(shown + " /sys/fs/cgroup/" + point, "cgroup", "rw," + controllers);
    String directory = point.replace("\\040", " ");
    mounts.add(new String[] {directory, "cgroup", controllers});
    directories(directory);
  }

  /** A version 2 hierarchy below the directory; empty for /sys/fs/cgroup itself. */
  void mount2(String directory, String controllers) throws IOException {
    mount("/ /sys/fs/cgroup" + (directory.isEmpty() ? "" : "/" + directory), "cgroup2", "rw");
    mounts.add(new String[] {directory, "cgroup2", controllers});
    directories(directory);
    write(directory + "/cgroup.controllers", controllers);
    write(directory + "/cgroup.subtree_control", "");
  }

  private void mount(String rootAndPoint, String type, String superOptions) throws IOException {
    Path file = root.resolve("proc/self/mountinfo");
    String line =
        "34 31 0:35 " + rootAndPoint + " rw shared:9 - " + type + " " + type + " " + superOptions;
    Files.writeString(file, Files.readString(file) + line + "\n");
  }

  void directories(String... paths) throws IOException {
    for (String path : paths) {
      Files.createDirectories(path(path));
    }
  }

  Path path(String path) {
    return path.isEmpty()
        ? root.resolve("sys/fs/cgroup")
        : root.resolve("sys/fs/cgroup").resolve(path.startsWith("/") ? path.substring(1) : path);
  }

  void write(String path, String content) throws IOException {
    Files.writeString(path(path), content);
  }

  String read(String path) throws IOException {
    return Files.readString(path(path));
  }

  boolean has(String path) {
    return Files.exists(path(path));
  }
}
