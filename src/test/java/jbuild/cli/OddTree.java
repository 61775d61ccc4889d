package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A directory whose names, modes and times test what a layer can hold. The shell makes it. */
final class OddTree {
  /** Each makes one entry and needs no other, so that any order of them gives the same tree. */
  private static final List<String> ENTRIES =
      List.of(
          "echo 1 > 'sp ace'",
          "echo 2 > -dash",
          "echo 3 > \"$(printf 'new\\nline')\"",
          "echo 4 > \"$(printf 'not-utf8-\\377\\300')\"",
          "echo 5 > \"$(printf '\\303\\244')\"",
          "echo 6 > '*'",
          "echo 7 > 'back\\slash'",
          "echo 8 > .hidden",
          "echo 9 > \"$(printf '%0255d' 0)\"",
          "mkdir -p deep/$(printf '%060d/%060d/%060d' 1 2 3) && echo 10 > deep/f",
          "mkdir -p sorted && echo 11 > sorted/a",
          "mkdir -p sorted && echo 12 > sorted/a.b",
          "mkdir -p sorted/a-b && echo 13 > sorted/a-b/c",
          "mkdir -p sorted && echo 14 > sorted/B",
          "mkdir empty",
          "ln -s /absent/'a b' link",
          "ln -s \"$(printf '%0150d' 7)\" long-link",
          "echo 15 > script",
          "echo 16 > private",
          "mkdir -p shared",
          "truncate -s 300000 sparse");

  private static final String ATTRIBUTES =
      """
      ln private second-name
      find . -type d -exec chmod 755 {} +
      find . -type f -exec chmod 644 {} +
      chmod 4755 script
      chmod 400 private
      chmod 1777 shared
      find . -exec touch -h -d @1234567890.123456789 {} +
      touch -d @1 -- -dash
      touch -d @1700000000 empty
      """;

  private OddTree() {}

  static void make(Path directory) throws IOException, InterruptedException {
    make(directory, ENTRIES);
  }

  /** The same tree, made in the opposite order: most file systems list it differently. */
  static void makeBackwards(Path directory) throws IOException, InterruptedException {
    List<String> reversed = new ArrayList<>(ENTRIES);
    Collections.reverse(reversed);
    make(directory, reversed);
  }

  private static void make(Path directory, List<String> entries)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String script = String.join("\n", entries) + "\n" + ATTRIBUTES;
    Jbuild.tool("sh", "-euc", "cd \"$0\"\n" + script, directory.toString()).succeeded();
  }
}
