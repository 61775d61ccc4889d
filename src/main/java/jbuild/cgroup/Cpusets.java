package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Version 1's cpusets begin empty, and nobody can join one that is: processors and memory nodes of
 * a new group are those of the one above until they are set. Version 2 has that built in.
 */
final class Cpusets {
  private Cpusets() {}

  /** Fills both files of {@code group}, and those of empty groups above it, from further up. */
  static void inherit(Path group, Path mountPoint) throws IOException {
    inherit(group, mountPoint, "cpuset.cpus");
    inherit(group, mountPoint, "cpuset.mems");
  }

  private static String inherit(Path group, Path mountPoint, String name) throws IOException {
    Path file = group.resolve(name);
    String value = ControlFile.read(file);
    Path parent = group.getParent();
    if (!value.isEmpty() || group.equals(mountPoint) || parent == null) {
      return value;
    }
    String inherited = inherit(parent, mountPoint, name);
    ControlFile.write(file, inherited);
    return inherited;
  }
}
