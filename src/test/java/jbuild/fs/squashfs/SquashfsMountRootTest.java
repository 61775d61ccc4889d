package jbuild.fs.squashfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jbuild.fs.ImageTable;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fresh images of mksquashfs are what the kernel shows of them after a loop mount. */
class SquashfsMountRootTest {
  private static final int ENTRIES = 70_000;

  @TempDir Path dir;

  @BeforeEach
  void needsRootAndTools() throws IOException {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    boolean tools = Files.isExecutable(Path.of("/usr/bin/mksquashfs"));
    if (!root || !tools) {
      System.err.println(
          "skipped SquashfsMountRootTest: " + (root ? "no /usr/bin/mksquashfs" : "needs root"));
    }
    assumeTrue(root && tools);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-comp gzip -b 4K",
        "-comp xz -b 1M -Xbcj x86",
        "-comp zstd -b 128K -always-use-fragments",
        "-comp lz4 -Xhc -no-fragments",
        "-comp lzo -no-duplicates -noI",
        "-comp gzip -noD -noF",
        "-comp zstd -nopad -no-exports",
      })
  void a_random_tree_is_what_the_kernel_shows(String options) throws Exception {
    Path tree = randomTree(options.hashCode());
    Path image = dir.resolve("image");
    make(image, tree, options);
    compareWithMount(image);
  }

  @Test
  void a_directory_of_70000_entries_is_what_the_kernel_shows() throws Exception {
    Path tree = Files.createDirectories(dir.resolve("tree/many")).getParent();
    for (int i = 0; i < ENTRIES; i++) {
      Files.createFile(tree.resolve("many/entry-" + i));
    }
    Path image = dir.resolve("image");
    make(image, tree, "-comp zstd");
    compareWithMount(image);
  }

  private Path randomTree(int seed) throws IOException {
    Random random = new Random(seed);
    List<Path> directories = new ArrayList<>();
    directories.add(Files.createDirectory(dir.resolve("tree")));
    for (int i = 0; i < 120; i++) {
      Path parent = directories.get(random.nextInt(directories.size()));
      Path path = parent.resolve("name-" + i + "x".repeat(random.nextInt(100)));
      switch (random.nextInt(6)) {
        case 0 -> directories.add(Files.createDirectory(path));
        case 1 -> Files.createSymbolicLink(path, Path.of("y".repeat(1 + random.nextInt(300))));
        case 2 -> sparse(path, random);
        default -> Files.write(path, content(random));
      }
      Files.setAttribute(path, "unix:uid", random.nextInt(100_000), LinkOption.NOFOLLOW_LINKS);
      if (!Files.isSymbolicLink(path)) {
        Files.setAttribute(path, "unix:mode", random.nextInt(010000));
        Files.setLastModifiedTime(path, FileTime.from(random.nextInt(), TimeUnit.SECONDS));
      }
    }
    return directories.get(0);
  }

  /** Half of it compresses. */
  private static byte[] content(Random random) {
    byte[] bytes = new byte[random.nextInt(1 << random.nextInt(20))];
    random.nextBytes(bytes);
    Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 7);
    return bytes;
  }

  private static void sparse(Path path, Random random) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(random.nextInt(3 << 20));
      file.seek(random.nextInt(3 << 20));
      file.write(content(random));
    }
  }

  private void make(Path image, Path tree, String options) throws Exception {
    List<String> command = new ArrayList<>(List.of("mksquashfs", tree.toString()));
    command.addAll(List.of(image.toString(), "-noappend", "-quiet", "-no-progress"));
    command.addAll(List.of(options.split(" ")));
    run(command);
    int block = 4096; // loop devices end at whole blocks
    long size = Files.size(image);
    try (OutputStream padding = Files.newOutputStream(image, StandardOpenOption.APPEND)) {
      padding.write(new byte[(int) ((block - size % block) % block)]);
    }
  }

  private void compareWithMount(Path image) throws Exception {
    Path mount = Files.createDirectory(dir.resolve("mount"));
    run(List.of("mount", "-t", "squashfs", "-o", "loop,ro", image.toString(), mount.toString()));
    try (FileChannel file = FileChannel.open(image);
        BlockCache cache = new BlockCache(8 << 20, 2)) {
      SquashfsReader reader = SquashfsReader.open("test", ByteSource.of(file), cache);
      Map<String, String> seen = new TreeMap<>();
      image("", reader.root(), seen);
      assertEquals(kernel(mount), seen);
    } finally {
      run(List.of("umount", mount.toString()));
    }
  }

  private static void image(String path, Inode inode, Map<String, String> lines)
      throws IOException {
    String detail =
        switch (inode.type()) {
          case REGULAR -> content(inode.content());
          case SYMLINK -> inode.linkTarget().toString();
          default -> "";
        };
    int mode = inode.type().modeBits() | inode.mode();
    long time = inode.mtimeSeconds();
    lines.put(path, line(mode, inode.uid(), inode.gid(), time, detail));
    if (inode.type() == FileType.DIRECTORY) {
      inode.forEachChild((name, child) -> image(path + "/" + name, child, lines));
    }
  }

  private static Map<String, String> kernel(Path mount) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(mount)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Map<String, Object> stat = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) stat.get("mode");
        String detail = "";
        if (FileType.ofMode(mode) == FileType.REGULAR) {
          try (FileChannel file = FileChannel.open(path)) {
            detail = content(ByteSource.of(file));
          }
        } else if (FileType.ofMode(mode) == FileType.SYMLINK) {
          detail = Files.readSymbolicLink(path).toString();
        }
        long time = ((FileTime) stat.get("lastModifiedTime")).to(TimeUnit.SECONDS);
        String name = path.equals(mount) ? "" : "/" + mount.relativize(path);
        lines.put(
            name, line(mode, (Integer) stat.get("uid"), (Integer) stat.get("gid"), time, detail));
      }
    }
    return lines;
  }

  private static String content(ByteSource content) throws IOException {
    return content.size() == 0 ? "empty" : content.size() + " " + ImageTable.sha256(content);
  }

  private static String line(int mode, int uid, int gid, long time, String detail) {
    return Integer.toOctalString(mode) + " " + uid + ":" + gid + " " + time + " " + detail;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + ": " + output);
  }
}
