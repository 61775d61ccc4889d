package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files of the groups that a process is in, whichever version they are of. */
record GroupFiles(int pid) {
  /** No controller of version 1 has this name. */
  private static final String VERSION_2 = "cgroup2";

  private static final Path TOP = Path.of("/sys/fs/cgroup");

  /** The content of the first of {@code names} that there is, with the controller's files. */
  String read(String controller, String... names) throws IOException {
    for (String name : names) {
      Path file = find(controller, name);
      if (file != null) {
        return Files.readString(file).strip();
      }
    }
    return "no " + String.join(" or ", names);
  }

  private @Nullable Path find(String controller, String name) throws IOException {
    Path version2 = Files.isDirectory(TOP.resolve("unified")) ? TOP.resolve("unified") : TOP;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts[2].equals("/")) {
        continue; // not a group of its own
      }
      Path hierarchy = parts[1].isEmpty() ? version2 : TOP.resolve(parts[1]);
      boolean mine = parts[1].isEmpty() || ("," + parts[1] + ",").contains("," + controller + ",");
      Path file = hierarchy.resolve(parts[2].substring(1)).resolve(name);
      if (mine && Files.exists(file)) {
        return file;
      }
    }
    return null;
  }

  /** Processor time in microseconds. */
  long cpuMicros() throws IOException {
    Path cpuacct = find("cpuacct", "cpuacct.usage");
    return cpuacct != null
        ? Long.parseLong(Files.readString(cpuacct).strip()) / 1000
        : number(VERSION_2, "cpu.stat", "usage_usec");
  }

  /** The number of a key in a file of keys and values; as in cpu.stat. */
  long number(String controller, String name, String key) throws IOException {
    for (String line : read(controller, name).split("\n", -1)) {
      if (line.startsWith(key + " ")) {
        return Long.parseLong(line.substring(key.length() + 1).strip());
      }
    }
    throw new IOException("no " + key + " in " + name);
  }
}
