package jbuild.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which processes keep a mount busy: by their working directory, root, program or open files. */
final class Holders {
  private static final int MOST = 5;

  private Holders() {}

  /** A few of them, for people: {@code bash (process 12)}. */
  static List<String> of(String point) throws IOException {
    List<String> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holders.size() < MOST && holds(process, point)) {
          holders.add(name(process) + " (process " + process.getFileName() + ")");
        }
      }
    }
    return holders;
  }

  private static boolean holds(Path process, String point) {
    for (String link : List.of("cwd", "root", "exe")) {
      if (isBelow(process.resolve(link), point)) {
        return true;
      }
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path link : open) {
        if (isBelow(link, point)) {
          return true;
        }
      }
    } catch (IOException endedOrClosedToUs) {
      return false;
    }
    return false;
  }

  private static boolean isBelow(Path link, String point) {
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.equals(point) || target.startsWith(point + "/");
    } catch (IOException endedOrClosedToUs) {
      return false;
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException ended) {
      return "a program that ended";
    }
  }
}
