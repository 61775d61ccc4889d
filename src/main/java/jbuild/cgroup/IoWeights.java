package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Whether weights of block I/O mean anything here. The files take them all the same: bfq's are
 * there once the module is, whatever scheduler a device has, and io.weight's meaning is iocost's,
 * which io.cost.qos switches on (cgroup-v2.rst).
 */
final class IoWeights {
  private static final int MOST_DEVICES = 10_000;

  private IoWeights() {}

  static boolean count(Path root, String file) throws IOException {
    if (file.contains(".bfq.")) {
      return anyDevice(root, "[bfq]");
    }
    return file.equals("io.weight")
        ? isCostEnabled(root) || anyDevice(root, "[bfq]")
        : anyDevice(root, "[cfq]");
  }

  private static boolean isCostEnabled(Path root) throws IOException {
    for (String place : new String[] {"sys/fs/cgroup", "sys/fs/cgroup/unified"}) {
      if (content(root.resolve(place).resolve("io.cost.qos")).contains("enable=1")) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyDevice(Path root, String scheduler) throws IOException {
    int seen = 0;
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(root.resolve("sys/block"))) {
      for (Path device : devices) {
        if (content(device.resolve("queue/scheduler")).contains(scheduler)) {
          return true;
        }
        if (++seen == MOST_DEVICES) {
          return false;
        }
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      return false;
    }
    return false;
  }

  private static String content(Path file) throws IOException {
    try {
      return ControlFile.read(file);
    } catch (NoSuchFileException notThere) {
      return "";
    }
  }
}
