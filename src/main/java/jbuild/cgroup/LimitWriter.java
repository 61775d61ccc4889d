package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes settings into the files of a group. */
final class LimitWriter {
  private LimitWriter() {}

  /**
   * Writes one setting.
   *
   * @param version of the hierarchy that {@code group} is in
   * @param root of the machine
   */
  static void write(
      ResourceLimits.Setting setting, ResourceLimits all, Path group, int version, Path root)
      throws IOException {
    List<LimitFile> files = version == 1 ? setting.limit().version1() : setting.limit().version2();
    boolean written = false;
    StringBuilder names = new StringBuilder();
    for (LimitFile file : files) {
      Path path = group.resolve(file.nameFor(setting));
      if (written && !file.isExtra()) {
        continue; // the first of the alternatives is
      }
      if (!Files.exists(path)) {
        names.append(names.isEmpty() ? "" : " or ").append(path.getFileName());
        continue;
      }
      if (setting.limit() == Limit.BLKIO_WEIGHT && !IoWeights.count(root, file.name())) {
        throw Refusals.noWeights(setting);
      }
      try {
        ControlFile.write(path, file.conversion().apply(setting, all));
      } catch (IOException e) {
        throw Refusals.refused(setting, path, e);
      }
      written |= !file.isExtra();
    }
    if (files.isEmpty()) {
      throw Refusals.otherVersion(setting.limit(), version);
    }
    if (!written && !setting.optional()) {
      throw Refusals.noFile(setting, group, names.toString());
    }
  }

  /** Version 1's device list: nothing, then what the rules say. */
  static void devices(List<DeviceRule> rules, Path group) throws IOException {
    deviceRule(group.resolve("devices.deny"), "a");
    for (DeviceRule rule : rules) {
      deviceRule(group.resolve("devices.allow"), rule.toString());
    }
  }

  private static void deviceRule(Path file, String rule) throws IOException {
    try {
      ControlFile.write(file, rule);
    } catch (IOException e) {
      throw new CgroupException(
          "permit devices: write " + rule + " to " + file + ": " + Refusals.reason(file, e), e);
    }
  }
}
