package jbuild.snapshot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What mounts and loop devices the host has of a directory. */
final class HostState {
  private HostState() {}

  /** Lines of the mount table and loop devices that name {@code directory}. */
  static List<String> of(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(directory.toString())) {
        found.add(line);
      }
    }
    found.addAll(loops(directory));
    return found;
  }

  static List<String> loops(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path loop : loops) {
        try {
          String file = Files.readString(loop.resolve("loop/backing_file"));
          if (file.contains(directory.toString())) {
            found.add(loop + " " + file.strip());
          }
        } catch (NoSuchFileException free) {
          // a device that nothing is attached to
        }
      }
    }
    return found;
  }

  /** Waits until nothing is left: the kernel ends mounts after the process that held them. */
  static List<String> settled(Path directory) throws IOException, InterruptedException {
    List<String> found = of(directory);
    for (int i = 0; i < 200 && !found.isEmpty(); i++) {
      Thread.sleep(10);
      found = of(directory);
    }
    return found;
  }
}
