package jbuild.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program of {@link MountedHierarchiesRootTest}: in a mount namespace in which more hierarchies
 * of version 1 are mounted, it puts a process into a group with limits and prints what is set.
 */
final class MountedHierarchies {
  private MountedHierarchies() {}

  public static void main(String[] controllers) throws Exception {
    ResourceLimits.Builder limits = ResourceLimits.builder().counted();
    for (String controller : controllers) {
      switch (controller) {
        case "net_cls" -> limits.set(Limit.NET_CLS_CLASSID, 0x100001);
        case "net_prio" -> limits.set(Limit.NET_PRIO, "lo", "5");
        case "hugetlb" -> limits.set(Limit.HUGETLB, "2MB", "4194304");
        default -> {} // to be in a group is all there is
      }
    }
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(Path.of("/"));
    Process process = new ProcessBuilder("sleep", "100").start();
    try (Cgroup group = hierarchy.create("mounted-" + process.pid(), limits.build())) {
      for (Path file : group.joinFiles()) {
        ControlFile.write(file, Long.toString(process.pid()));
        String controller = file.getParent().getParent().getFileName().toString();
        String name =
            switch (controller) {
              case "net_cls" -> "net_cls.classid";
              case "net_prio" -> "net_prio.ifpriomap";
              case "hugetlb" -> "hugetlb.2MB.limit_in_bytes";
              default -> "notify_on_release";
            };
        String value = Files.readString(file.resolveSibling(name)).strip().replace("\n", ",");
        System.out.println(controller + "=" + value);
      }
      String id = "/jbuild-mounted-" + process.pid();
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/cgroup"))) {
        if (line.endsWith(id)) {
          System.out.println("in " + line.split(":", 3)[1]);
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    System.out.println("done");
  }
}
