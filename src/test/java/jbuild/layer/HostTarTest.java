package jbuild.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Canonical tars in the hands of the tar programs of this machine. They extract (without owners, so
 * that it works for everyone), pack what they extracted, and the result must be the same tree.
 */
class HostTarTest {
  @TempDir Path directory;

  private static LayerTree tree() {
    Attributes plain = Attributes.of(0644, 0, 0, 1_000_000_000);
    RegularFile shared = file(plain, "shared");
    String deep = ("n".repeat(99) + "/").repeat(5);
    LayerTree tree = new LayerTree();
    put(tree, "./d", new Directory(plain.withMode(0755).withMtime(5, 0)));
    put(tree, "d/hard", shared);
    put(tree, "hard", shared);
    put(tree, deep + "file", file(plain.withMtime(1_500_000_000, 123_456_789), "deep"));
    put(tree, deep + "link", new Symlink(plain, ByteString.of("t/".repeat(200))));
    put(tree, "caf\u00e9", file(plain.withMode(0600), "UTF-8"));
    put(tree, "\u00e9".repeat(80), file(plain, "long UTF-8"));
    put(tree, "old", file(plain.withMtime(-86_400, 0), "1969"));
    put(tree, "ids", file(plain.withOwner(3_000_000, -2), ""));
    put(tree, "big", file(plain, "x".repeat(100_000)));
    put(tree, "fifo", new Special(plain, FileType.FIFO, 0, 0));
    for (int i = 95; i < 105; i++) {
      put(tree, "b".repeat(i), file(plain, "" + i));
    }
    return tree;
  }

  private static RegularFile file(Attributes attributes, String content) {
    byte[] bytes = content.getBytes(ISO_8859_1);
    return new RegularFile(attributes, bytes.length, new FileData.Bytes(bytes));
  }

  private static void put(LayerTree tree, String path, Inode inode) {
    tree.put(BytePath.parse(path), inode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "bsdtar"})
  void extracts_to_the_same_tree(String program) throws Exception {
    assumeTrue(isThere(program), () -> skipped(program));
    LayerTree tree = tree();
    Path tar = directory.resolve("canonical.tar");
    Files.write(tar, Trees.write(tree));
    Path extracted = Files.createDirectory(directory.resolve("extracted"));
    run(program, "--no-same-owner", "-p", "-x", "-f", tar.toString(), "-C", extracted.toString());
    Path packed = directory.resolve("packed.tar");
    // GNU tar packs with nanoseconds in its posix format; bsdtar's pax does too
    run(program, "--format=posix", "-c", "-f", packed.toString(), "-C", extracted.toString(), ".");
    byte[] bytes = Files.readAllBytes(packed);
    assertEquals(comparable(tree), comparable(Trees.whole(bytes), bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "bsdtar"})
  void lists_owners_and_sizes_without_a_complaint(String program) throws Exception {
    assumeTrue(isThere(program), () -> skipped(program));
    Path tar = directory.resolve("canonical.tar");
    Files.write(tar, Trees.write(tree()));
    String listing = run(program, "--numeric-owner", "-t", "-v", "-f", tar.toString());
    assertTrue(listing.contains("4294967294"), listing);
    assertTrue(listing.contains("100000"), listing);
  }

  /** Lines without owners, and without implied directories, which get the time of the moment. */
  private static List<String> comparable(LayerTree tree, byte[]... devices) {
    List<String> lines = new ArrayList<>();
    for (String line : Trees.text(tree, devices).lines().toList()) {
      String path = line.substring(0, line.indexOf(' '));
      boolean timeless = path.endsWith("n".repeat(99)) || path.equals("/");
      if (!timeless) {
        lines.add(line.replaceFirst(" \\d+:\\d+ ", " "));
      }
    }
    return lines;
  }

  private static boolean isThere(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static String skipped(String program) {
    String why = "skipped: " + program + " is not installed";
    System.err.println("HostTarTest: " + why);
    return why;
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = builder.redirectOutput(output.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "hangs: " + List.of(command));
    String text = Files.readString(output, ISO_8859_1);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
