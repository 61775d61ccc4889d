package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that the installed mkfs.erofs has just made, against the kernel's view of them. */
class ErofsReaderRootTest {
  private static final Path MKFS = Path.of("/usr/bin/mkfs.erofs");

  @TempDir Path dir;

  @BeforeEach
  void needsRootAndTool() throws IOException {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    boolean possible = root && Files.isExecutable(MKFS);
    if (!possible) {
      System.err.println("skipped ErofsReaderRootTest: needs root and " + MKFS);
    }
    assumeTrue(possible);
  }

  @Test
  void a_plain_image_is_what_the_kernel_sees() throws IOException, InterruptedException {
    assertKernelSees(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-zlz4",
        "-zlz4hc,12 -C65536 -Eztailpacking",
        "-zlz4 -C16384 -Efragments,dedupe",
        "-zlz4 -Eall-fragments",
        "-zlz4 -Elegacy-compress",
        "--chunksize=8192 -Eforce-chunk-indexes"
      })
  void an_image_is_what_the_kernel_sees(String options) throws IOException, InterruptedException {
    assertKernelSees(List.of(options.split(" ")));
  }

  private void assertKernelSees(List<String> options) throws IOException, InterruptedException {
    Path tree = tree();
    Path image = dir.resolve("image");
    List<String> make = new ArrayList<>(List.of(MKFS.toString(), "-d1"));
    make.addAll(options);
    make.addAll(List.of(image.toString(), tree.toString()));
    run(make);
    Path mount = Files.createDirectory(dir.resolve("mount"));
    run(List.of("mount", "-t", "erofs", "-o", "loop,ro", image.toString(), mount.toString()));
    try (FileChannel file = FileChannel.open(image);
        BlockCache cache = new BlockCache(4 << 20, 2);
        Stream<Path> paths = Files.walk(mount)) {
      Inode root = ErofsReader.open("erofs image", ByteSource.of(file), cache).root();
      for (Path path : paths.sorted().toList()) {
        assertSame(path, find(root, mount.relativize(path)));
      }
    } finally {
      run(List.of("umount", mount.toString()));
    }
  }

  private static Inode find(Inode root, Path relative) throws IOException {
    Inode inode = root;
    for (Path name : relative) {
      if (!name.toString().isEmpty()) {
        Inode child = inode.child(ByteString.of(name.toString()));
        if (child == null) {
          throw new AssertionError("not found: " + relative);
        }
        inode = child;
      }
    }
    return inode;
  }

  private static void assertSame(Path path, Inode inode) throws IOException {
    LinkOption[] noFollow = {LinkOption.NOFOLLOW_LINKS};
    int mode = (Integer) Files.getAttribute(path, "unix:mode", noFollow);
    assertEquals(FileType.ofMode(mode), inode.type(), path.toString());
    assertEquals(mode & 07777, inode.mode(), path.toString());
    assertEquals(Files.getAttribute(path, "unix:uid", noFollow), inode.uid(), path.toString());
    assertEquals(
        Files.getLastModifiedTime(path, noFollow).toInstant(),
        Instant.ofEpochSecond(inode.mtimeSeconds(), inode.mtimeNanos()),
        path.toString());
    if (inode.type() == FileType.REGULAR) {
      ByteBuffer content = ByteBuffer.allocate((int) inode.size());
      inode.content().willNeed(0, inode.size());
      inode.content().read(0, content);
      assertEquals(ByteBuffer.wrap(Files.readAllBytes(path)), content.flip(), path.toString());
    } else if (inode.type() == FileType.SYMLINK) {
      assertEquals(Files.readSymbolicLink(path).toString(), inode.linkTarget().toString());
    }
  }

  private Path tree() throws IOException {
    Path tree = Files.createDirectory(dir.resolve("tree"));
    Random random = new Random(5);
    byte[] text = new byte[300_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) "ab cd\n".charAt(random.nextInt(1 + i * 5 / text.length));
    }
    byte[] noise = new byte[30_000];
    random.nextBytes(noise);
    Files.write(tree.resolve("text"), text);
    Files.write(tree.resolve("again"), Arrays.copyOf(text, 123_456));
    Files.write(tree.resolve("noise"), noise);
    Files.write(tree.resolve("zeros"), new byte[100_000]);
    Files.createFile(tree.resolve("empty"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("text"));
    Path many = Files.createDirectory(tree.resolve("many"));
    for (int i = 0; i < 500; i++) {
      Files.writeString(many.resolve("file-" + i), "content " + i);
    }
    return tree;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + ": " + output);
  }
}
