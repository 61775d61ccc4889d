package jbuild.fs.iso9660;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the installed xorriso writes, where there is one. */
class XorrisoTest {
  private static final Path XORRISO = Path.of("/usr/bin/xorriso");

  @TempDir Path dir;
  private Path tree;

  @BeforeEach
  void tree() throws IOException {
    boolean installed = Files.isExecutable(XORRISO);
    if (!installed) {
      System.err.println("skipped XorrisoTest: no " + XORRISO);
    }
    assumeTrue(installed);
    tree = Files.createDirectory(dir.resolve("tree"));
    Path deep = Files.createDirectories(tree.resolve("1/2/3/4/5/6/7/8/9/10"));
    Files.writeString(deep.resolve("deep.txt"), "deep");
    Files.writeString(tree.resolve("zeros and text"), "\0".repeat(1_000_000) + "text");
    Files.writeString(tree.resolve("n".repeat(255)), "long name");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../" + "x/".repeat(150) + "y"));
  }

  private static void run(Path log, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    assertEquals(0, status, () -> String.join(" ", command));
  }

  private Map<String, String> read(String... options) throws IOException, InterruptedException {
    Path image = dir.resolve("image.iso");
    List<String> command = new ArrayList<>(List.of(XORRISO.toString()));
    for (String option : options) {
      command.add(option.replace("TREE", tree.toString()).replace("IMAGE", image.toString()));
    }
    run(dir.resolve("log"), command);
    try (FileChannel file = FileChannel.open(image);
        BlockCache cache = new BlockCache(1 << 20, 2)) {
      Map<String, String> found = new TreeMap<>();
      walk("", Iso9660Reader.open("iso9660 test", ByteSource.of(file), cache).root(), found);
      return found;
    }
  }

  private static void walk(String path, Inode directory, Map<String, String> found)
      throws IOException {
    directory.forEachChild(
        (name, inode) -> {
          String at = path + "/" + name;
          if (inode.type() == FileType.DIRECTORY) {
            walk(at, inode, found);
          } else {
            found.put(at, inode.type() == FileType.SYMLINK ? "" + inode.linkTarget() : text(inode));
          }
        });
  }

  private static String text(Inode file) throws IOException {
    ByteSource content = file.content();
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    content.willNeed(0, file.size());
    content.read(0, bytes);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private Map<String, String> truth() throws IOException {
    return new TreeMap<>(
        Map.of(
            "/1/2/3/4/5/6/7/8/9/10/deep.txt",
            "deep",
            "/zeros and text",
            "\0".repeat(1_000_000) + "text",
            "/" + "n".repeat(255),
            "long name",
            "/link",
            Files.readSymbolicLink(tree.resolve("link")).toString()));
  }

  @Test
  void trees_with_rock_ridge_and_joliet() throws IOException, InterruptedException {
    assertEquals(truth(), read("-as", "mkisofs", "-quiet", "-R", "-J", "-o", "IMAGE", "TREE"));
  }

  @Test
  void trees_with_relocated_directories() throws IOException, InterruptedException {
    assertEquals(
        truth(), read("-compliance", "deep_paths_off", "-outdev", "IMAGE", "-map", "TREE", "/"));
  }

  @Test
  void trees_of_packed_files() throws IOException, InterruptedException {
    assertEquals(
        truth(),
        read(
            "-outdev",
            "IMAGE",
            "-zisofs",
            "block_size=64k",
            "-map",
            "TREE",
            "/",
            "-find",
            "/",
            "-type",
            "f",
            "-exec",
            "set_filter",
            "--zisofs",
            "--"));
  }
}
