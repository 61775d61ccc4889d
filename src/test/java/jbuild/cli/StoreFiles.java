package jbuild.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a data root, and which of them it needs, found without the code under test. */
final class StoreFiles {
  private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final int LARGEST_DOCUMENT = 1 << 16;

  private StoreFiles() {}

  /** All files that have a size, by their path below {@code root}. */
  static Map<String, Long> all(Path root) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) > 0) {
          sizes.put(root.relativize(file).toString(), Files.size(file));
        }
      }
    }
    return sizes;
  }

  /** What digests lead to from {@code index.json} and the containers, and what belongs to it. */
  static Map<String, Long> referred(Path root) throws IOException {
    Deque<Path> todo = new ArrayDeque<>(List.of(root.resolve("index.json")));
    Set<String> names = new TreeSet<>(List.of("index.json", "oci-layout", "cache/collected"));
    List<String> blobs = new ArrayList<>();
    try (Stream<Path> containers = Files.walk(root.resolve("containers"))) {
      containers.filter(Files::isRegularFile).forEach(file -> add(root, file, names, todo));
    }
    while (!todo.isEmpty()) {
      Matcher digests = DIGEST.matcher(text(todo.remove()).replace("\\:", ":"));
      while (digests.find()) {
        String hex = digests.group(1);
        if (names.add("blobs/sha256/" + hex)) {
          blobs.add(hex);
          Path blob = root.resolve("blobs/sha256").resolve(hex);
          if (Files.size(blob) < LARGEST_DOCUMENT && text(blob).startsWith("{")) {
            todo.add(blob);
          }
        }
      }
    }
    try (Stream<Path> steps = Files.list(root.resolve("cache/steps"))) {
      for (Path step : steps.toList()) {
        String record = text(step);
        if (record.contains("\"layer\"") && blobs.stream().anyMatch(record::contains)) {
          names.add(root.relativize(step).toString());
        }
      }
    }
    blobs.forEach(hex -> names.add("index/" + hex + ".erofs"));
    Map<String, Long> sizes = all(root);
    sizes.keySet().retainAll(names);
    return sizes;
  }

  private static void add(Path root, Path file, Set<String> names, Deque<Path> todo) {
    names.add(root.relativize(file).toString());
    if (file.endsWith("container")) {
      todo.add(file);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1);
  }

  /** The names below {@code directory} that are digests, or begin with one. */
  static List<String> digests(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher hex = HEX.matcher(file.getFileName().toString());
        if (hex.lookingAt()) {
          found.add(hex.group());
        }
      }
    }
    found.sort(null);
    return found;
  }
}
