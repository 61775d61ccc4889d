package jbuild.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A runtime configuration (OCI runtime-spec, config.md) with what Docker asks for by default: its
 * namespaces, capabilities, devices, masks, and its profile of system calls, the same list that
 * jbuild has; 200 MiB and 100 processes, as the attacks have under jbuild.
 */
final class OciConfig {
  private static final List<String> CAPABILITIES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  /** Their numbers, include/uapi/linux/capability.h. */
  private static final List<String> NUMBERS =
      List.of("0", "1", "4", "3", "27", "13", "6", "7", "31", "8", "10", "18", "5", "29");

  private static final String TEMPLATE =
      """
      {"ociVersion": "1.0.0", "hostname": "attacked",
       "process": {"terminal": false, "user": {"uid": %s, "gid": %s, "additionalGids": [%s]},
        "args": [%s], "env": ["PATH=/bin", "ATTACK_FACTS=%s"], "cwd": "%s",
        "capabilities": {"bounding": [%5$s], "effective": [%5$s], "permitted": [%5$s]}},
       "root": {"path": "m"},
       "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc",
         "options": ["nosuid", "noexec", "nodev"]},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
         "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
         "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
        {"destination": "/sys", "type": "sysfs", "source": "sysfs",
         "options": ["nosuid", "noexec", "nodev", "ro"]},
        {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
         "options": ["nosuid", "noexec", "nodev", "ro"]},
        {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
         "options": ["nosuid", "noexec", "nodev"]},
        {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
         "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=67108864"]}%s],
       "linux": {"cgroupsPath": "/%s",
        "namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
         {"type": "network"}, {"type": "cgroup"}],
        "resources": {"memory": {"limit": 209715200, "swap": 209715200}, "pids": {"limit": 100},
         "devices": [{"allow": false, "access": "rwm"},
          {"allow": true, "type": "c", "access": "m"}, {"allow": true, "type": "b", "access": "m"},
          {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"},
          {"allow": true, "type": "c", "major": 1, "minor": 5, "access": "rwm"},
          {"allow": true, "type": "c", "major": 1, "minor": 7, "access": "rwm"},
          {"allow": true, "type": "c", "major": 1, "minor": 8, "access": "rwm"},
          {"allow": true, "type": "c", "major": 1, "minor": 9, "access": "rwm"},
          {"allow": true, "type": "c", "major": 5, "minor": 0, "access": "rwm"},
          {"allow": true, "type": "c", "major": 5, "minor": 2, "access": "rwm"},
          {"allow": true, "type": "c", "major": 136, "access": "rwm"}]},
        "maskedPaths": ["/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore",
         "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
         "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap"],
        "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
         "/proc/sysrq-trigger"],
        "seccomp": %s}}
      """;

  private OciConfig() {}

  static String json(Attempt attempt, String facts, String hosts, String id) throws IOException {
    String user = attempt.user().isEmpty() ? "0:0" : attempt.user();
    int colon = user.indexOf(':');
    String group = user.substring(colon + 1);
    StringBuilder mounts = new StringBuilder(bind(hosts, "/etc/hosts"));
    for (String volume : attempt.volumes()) {
      int split = volume.indexOf(':');
      mounts.append(bind(volume.substring(0, split), volume.substring(split + 1)));
    }
    String capabilities =
        CAPABILITIES.stream().map(name -> "\"CAP_" + name + "\"").collect(Collectors.joining(", "));
    String args =
        attempt.argv(facts).stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", "));
    return TEMPLATE
        .replace("%5$s", capabilities)
        .formatted(
            user.substring(0, colon),
            group,
            group,
            args,
            facts,
            attempt.cwd().isEmpty() ? "/" : attempt.cwd(),
            mounts,
            id,
            seccomp());
  }

  private static String bind(String source, String target) {
    return ",\n{\"destination\": \""
        + target
        + "\", \"type\": \"bind\", \"source\": \""
        + source
        + "\", \"options\": [\"rbind\", \"rprivate\"]}";
  }

  /** As Docker's, of whose rules for arguments those are here that an attack meets. */
  private static String seccomp() throws IOException {
    List<String> allowed = new ArrayList<>();
    for (String line : profile()) {
      String[] fields = line.split(" ", -1);
      boolean granted =
          fields.length < 4
              || List.of(fields[3].split(",", -1)).stream().anyMatch(NUMBERS::contains);
      boolean hasRule = List.of("clone", "clone3", "personality", "socket").contains(fields[0]);
      if (granted && !hasRule) {
        allowed.add("\"" + fields[0] + "\"");
      }
    }
    return """
    {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
     "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
     "syscalls": [
      {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]},
      {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
      {"names": ["personality"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]},
      {"names": ["personality"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 4294967295, "op": "SCMP_CMP_EQ"}]},
      {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 38, "op": "SCMP_CMP_LT"}]},
      {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 39, "op": "SCMP_CMP_EQ"}]},
      {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args":
       [{"index": 0, "value": 40, "op": "SCMP_CMP_GT"}]},
      {"names": [%s], "action": "SCMP_ACT_ALLOW"}]}\
    """
        .formatted(String.join(", ", allowed));
  }

  private static List<String> profile() throws IOException {
    try (InputStream in =
            OciConfig.class.getResourceAsStream("/jbuild/seccomp/docker-default.txt");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
      return reader.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    }
  }
}
