package jbuild.cgroup;

import static jbuild.cgroup.CgroupUsage.UNKNOWN;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link CgroupUsage} from the files of both versions. */
final class UsageReader {
  /** Version 1 writes the greatest multiple of a page for no limit. */
  private static final long NO_LIMIT = 1L << 60;

  private final Map<Controller, Path> version1;
  private final @Nullable Path version2;

  UsageReader(Map<Controller, Path> version1, @Nullable Path version2) {
    this.version1 = version1;
    this.version2 = version2;
  }

  CgroupUsage read(int processes) throws IOException {
    Path io = version1.get(Controller.BLKIO);
    return new CgroupUsage(
        cpu(),
        memory(),
        memoryLimit(),
        io != null ? operations1(io, "Read") : operations2("rbytes="),
        io != null ? operations1(io, "Write") : operations2("wbytes="),
        pids(processes));
  }

  private long cpu() throws IOException {
    if (version2 != null && Files.exists(version2.resolve("cpu.stat"))) {
      return ControlFile.keyed(version2.resolve("cpu.stat"), "usage_usec");
    }
    Path group = version1.get(Controller.CPUACCT);
    return group == null ? UNKNOWN : ControlFile.number(group.resolve("cpuacct.usage")) / 1_000;
  }

  private long memory() throws IOException {
    Path group = version1.get(Controller.MEMORY);
    if (group != null) {
      long used = ControlFile.number(group.resolve("memory.usage_in_bytes"));
      return less(used, ControlFile.keyed(group.resolve("memory.stat"), "total_inactive_file"));
    }
    if (version2 == null || !Files.exists(version2.resolve("memory.current"))) {
      return UNKNOWN;
    }
    long used = ControlFile.number(version2.resolve("memory.current"));
    return less(used, ControlFile.keyed(version2.resolve("memory.stat"), "inactive_file"));
  }

  /** The two are read one after the other. */
  private static long less(long used, long inactive) {
    return inactive < used ? used - inactive : used;
  }

  private long memoryLimit() throws IOException {
    Path group = version1.get(Controller.MEMORY);
    if (group != null) {
      long limit = ControlFile.number(group.resolve("memory.limit_in_bytes"));
      return limit >= NO_LIMIT ? 0 : limit;
    }
    return version2 == null ? 0 : ControlFile.number(version2.resolve("memory.max"));
  }

  private long pids(int processes) throws IOException {
    Path group = version1.getOrDefault(Controller.PIDS, version2);
    return group == null || !Files.exists(group.resolve("pids.current"))
        ? processes
        : ControlFile.number(group.resolve("pids.current"));
  }

  /** Lines {@code 254:0 Read 4096}. */
  private static long operations1(Path group, String operation) throws IOException {
    long sum = 0;
    for (String line : lines(group.resolve("blkio.throttle.io_service_bytes_recursive"))) {
      int at = line.indexOf(" " + operation + " ");
      if (at > 0) {
        sum += ControlFile.parse(group, line.substring(at + operation.length() + 2).strip());
      }
    }
    return sum;
  }

  /** Lines {@code 254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0}. */
  private long operations2(String key) throws IOException {
    if (version2 == null || !Files.exists(version2.resolve("io.stat"))) {
      return UNKNOWN;
    }
    long sum = 0;
    for (String line : lines(version2.resolve("io.stat"))) {
      for (String word : line.split(" ", -1)) {
        if (word.startsWith(key)) {
          sum += ControlFile.parse(version2, word.substring(key.length()));
        }
      }
    }
    return sum;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException olderKernel) {
      return List.of();
    }
  }
}
