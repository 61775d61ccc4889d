package jbuild.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads and writes the small text files of a cgroup file system. */
final class ControlFile {
  private ControlFile() {}

  /** The kernel takes a value in one write(2), so there is no buffer in between. */
  static void write(Path file, String value) throws IOException {
    Files.write(
        file,
        value.getBytes(StandardCharsets.US_ASCII),
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }

  /** The number in {@code file}; 0 if there is no such file or it says {@code max}. */
  static long number(Path file) throws IOException {
    try {
      String text = read(file);
      return text.equals("max") ? 0 : parse(file, text);
    } catch (NoSuchFileException olderKernel) {
      return 0;
    }
  }

  /** The number after {@code key} in a file of {@code key value} lines; 0 if it is not there. */
  static long keyed(Path file, String key) throws IOException {
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        if (line.startsWith(key) && line.startsWith(" ", key.length())) {
          return parse(file, line.substring(key.length() + 1).strip());
        }
      }
      return 0;
    } catch (NoSuchFileException olderKernel) {
      return 0;
    }
  }

  /** Whether a list of words such as cgroup.controllers holds {@code word}. */
  static boolean lists(Path file, String word) throws IOException {
    try {
      return (" " + read(file) + " ").contains(" " + word + " ");
    } catch (NoSuchFileException notThere) {
      return false;
    }
  }

  static long parse(Path file, String text) throws CgroupException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new CgroupException("read " + file + ": " + text + " is not a number", e);
    }
  }
}
