package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why a limit cannot be enforced on this machine, and what helps. */
final class Refusals {
  private static final String LEAVE_OUT = "leave the option out, or use --limits=best-effort";

  private static final String SCHEDULER =
      "modprobe bfq, and write bfq to /sys/block/DEVICE/queue/scheduler; or ";

  private final Path root;

  Refusals(Path root) {
    this.root = root;
  }

  /** No hierarchy has the controller. */
  CgroupException noController(String option, Controller controller, boolean version2Mounted) {
    String remedy;
    if (kernelHas(controller)) {
      remedy =
          "the kernel has it but it is not mounted: mkdir -p /sys/fs/cgroup/"
              + controller.version1Name()
              + " && mount -t cgroup -o "
              + controller.version1Name()
              + " cgroup /sys/fs/cgroup/"
              + controller.version1Name();
    } else if (version2Mounted && !controller.isInVersion2()) {
      remedy = "version 2 has no such controller: " + replacement(controller);
    } else if (controller == Controller.MEMORY) {
      remedy = "boot with cgroup_enable=memory, or " + LEAVE_OUT;
    } else {
      remedy = "this kernel was built without it, or took it away at boot: " + LEAVE_OUT;
    }
    return new CgroupException(
        "limit with "
            + option
            + ": the "
            + controller
            + " controller is missing in /sys/fs/cgroup ("
            + remedy
            + ")");
  }

  /** The limit is of the other version than the one that has the controller. */
  static CgroupException otherVersion(Limit limit, int version) {
    return new CgroupException(
        "limit with "
            + limit.option()
            + ": version "
            + version
            + " of the "
            + limit.controller()
            + " controller has nothing for it ("
            + (limit == Limit.OOM_KILL_DISABLE || limit == Limit.OOM_GROUP
                ? LEAVE_OUT
                : replacement(limit.controller()))
            + ")");
  }

  static CgroupException noFile(ResourceLimits.Setting setting, Path group, String names) {
    Limit limit = setting.limit();
    return new CgroupException(
        "limit with "
            + limit.option()
            + value(setting)
            + ": there is no "
            + names
            + " in "
            + group
            + " ("
            + switch (limit) {
              case BLKIO_WEIGHT, BLKIO_WEIGHT_DEVICE -> SCHEDULER + LEAVE_OUT;
              case MEMORY_SWAP -> "boot with swapaccount=1, or " + LEAVE_OUT;
              case HUGETLB -> "/sys/kernel/mm/hugepages has the sizes there are";
              default -> LEAVE_OUT;
            }
            + ")");
  }

  /** The kernel would take the value, and nothing would come of it. */
  static CgroupException noWeights(ResourceLimits.Setting setting) {
    return new CgroupException(
        "limit with "
            + setting.limit().option()
            + value(setting)
            + ": no device has an I/O scheduler with weights ("
            + SCHEDULER
            + LEAVE_OUT
            + ")");
  }

  Path root() {
    return root;
  }

  /** The kernel did not take the value. */
  static CgroupException refused(ResourceLimits.Setting setting, Path file, IOException why) {
    return new CgroupException(
        "limit with "
            + setting.limit().option()
            + value(setting)
            + ": write "
            + file
            + ": "
            + reason(file, why),
        why);
  }

  /** What Java says, less the file's name, which is said already. */
  static String reason(Path file, IOException why) {
    String message = String.valueOf(why.getMessage());
    String prefix = file + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static String value(ResourceLimits.Setting setting) {
    return setting.limit().form() == Limit.Form.FLAG
        ? ""
        : " " + (setting.key().isEmpty() ? "" : setting.key() + " ") + setting.value();
  }

  private static String replacement(Controller controller) {
    return switch (controller) {
      case NET_CLS, NET_PRIO ->
          "nftables' 'socket cgroupv2' matches groups instead; mount version 1's, or " + LEAVE_OUT;
      default -> LEAVE_OUT;
    };
  }

  /** Listed in /proc/cgroups with hierarchy 0: it is bound to none, and it is enabled. */
  private boolean kernelHas(Controller controller) {
    String line = line(controller);
    if (line == null) {
      return false;
    }
    String[] fields = line.split("\t", -1);
    return fields.length == 4 && fields[1].equals("0") && fields[3].equals("1");
  }

  private @Nullable String line(Controller controller) {
    try {
      for (String line : Files.readAllLines(root.resolve("proc/cgroups"))) {
        if (line.startsWith(controller.version1Name() + "\t")) {
          return line;
        }
      }
    } catch (IOException notThere) {
      // then there is less to say
    }
    return null;
  }
}
