package jbuild.buildfile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Parses COUNT copies of the Dockerfiles below a directory and says how long that took; then
 * hostile files of 10 MB each. {@code src/bench/parse.sh} runs it. Text is read before the clock
 * starts.
 */
public final class ParseBench {
  private static final int HOSTILE_SIZE = 10 << 20;

  private ParseBench() {}

  /** DIRECTORY [COUNT]. */
  public static void main(String[] arguments) throws IOException {
    List<byte[]> texts = texts(Path.of(arguments[0]));
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3000;
    long bytes = 0;
    int refused = 0;
    long start = System.nanoTime();
    long cpu = cpu();
    for (int i = 0; i < count; i++) {
      byte[] text = texts.get(i % texts.size());
      bytes += text.length;
      refused += parses(text) ? 0 : 1;
    }
    System.out.printf(
        Locale.ROOT,
        "%d files, %d of them different, %d KB: %d ms, %d ms of them computing, %d refused%n",
        count,
        texts.size(),
        bytes >> 10,
        (System.nanoTime() - start) / 1_000_000,
        (cpu() - cpu) / 1_000_000,
        refused);
    for (HostileText hostile : HostileText.values()) {
      byte[] text = hostile.text(HOSTILE_SIZE);
      start = System.nanoTime();
      cpu = cpu();
      boolean parsed = parses(text);
      System.out.printf(
          Locale.ROOT,
          "%-20s %5d ms, %4d ms of them computing, %s%n",
          hostile,
          (System.nanoTime() - start) / 1_000_000,
          (cpu() - cpu) / 1_000_000,
          parsed ? "parsed" : "refused");
    }
  }

  /** Of this thread, so that a busy machine does not count. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static boolean parses(byte[] text) {
    try {
      BuildfileParser.parse("Dockerfile", text);
      return true;
    } catch (BuildfileException refused) {
      return false;
    }
  }

  private static List<byte[]> texts(Path directory) throws IOException {
    List<byte[]> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(ParseBench::isBuildfile).sorted().toList()) {
        texts.add(Files.readAllBytes(file));
      }
    }
    if (texts.isEmpty()) {
      throw new IOException("no Dockerfile below " + directory);
    }
    return texts;
  }

  private static boolean isBuildfile(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.startsWith("dockerfile")
            || name.startsWith("containerfile")
            || name.startsWith("buildfile"));
  }
}
