package jbuild.fs.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New images, read here and, mounted from a loop device, by the kernel. */
class KernelViewRootTest {
  @TempDir Path dir;

  private Path image;
  private Path mount;

  @BeforeEach
  void needsRootAndTools() throws Exception {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    boolean ready = root && Files.exists(Path.of("/dev/loop-control")) && isThere("mke2fs", "-V");
    if (!ready) {
      System.err.println("skipped KernelViewRootTest: needs root, loop devices and mke2fs");
    }
    assumeTrue(ready);
    image = dir.resolve("image");
    mount = Files.createDirectory(dir.resolve("mount"));
  }

  private boolean isThere(String... command) throws InterruptedException {
    try {
      return run(command) == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  private int run(String... command) throws IOException, InterruptedException {
    Path log = dir.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
    Process process = builder.redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends in a minute");
    return process.exitValue();
  }

  private void must(String... command) throws IOException, InterruptedException {
    assertEquals(0, run(command), () -> String.join(" ", command));
  }

  @Test
  void the_kernel_sees_the_same_in_a_new_image() throws Exception {
    Path tree = Files.createDirectories(dir.resolve("tree/sub")).getParent();
    for (int i = 0; i < 200; i++) {
      Files.write(tree.resolve("sub/file " + i), new byte[i * 100]);
    }
    Files.createSymbolicLink(tree.resolve("link"), Path.of("sub/file 1"));
    Files.createLink(tree.resolve("hard"), tree.resolve("sub/file 7"));
    for (List<String> how : List.of(List.of("ext2"), List.of("ext4"), List.of("ext4", "1024"))) {
      String blockSize = how.size() > 1 ? how.get(1) : "4096";
      must(
          "mke2fs",
          "-q",
          "-F",
          "-t",
          how.get(0),
          "-b",
          blockSize,
          "-d",
          tree.toString(),
          image.toString(),
          "16M");
      must("mount", "-o", "loop,ro", image.toString(), mount.toString());
      try {
        assertKernelSees(image);
      } finally {
        must("umount", mount.toString());
      }
      Files.delete(image);
    }
  }

  @Test
  void an_image_in_use_is_read_as_the_kernel_recovers_it() throws Exception {
    must("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", image.toString(), "32M");
    Path copy = dir.resolve("copy");
    must("mount", "-o", "loop", image.toString(), mount.toString());
    try {
      for (int round = 0; round < 3; round++) {
        Path sub = Files.createDirectory(mount.resolve("sub" + round));
        for (int i = 0; i < 50; i++) {
          Files.write(sub.resolve("file" + i), new byte[] {(byte) i});
        }
        if (round > 0) {
          Files.delete(mount.resolve("sub0/file" + round));
        }
        try (FileChannel file =
            FileChannel.open(
                mount.resolve("log" + round),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.allocate(10));
          file.force(true); // commits the transaction to the journal and writes nothing in place
        }
      }
      Files.copy(image, copy, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      must("umount", mount.toString());
    }
    Path recovered = Files.copy(copy, dir.resolve("recovered"));
    must("mount", "-o", "loop", recovered.toString(), mount.toString());
    try {
      assertKernelSees(copy);
    } finally {
      must("umount", mount.toString());
    }
  }

  private void assertKernelSees(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path);
        BlockCache cache = new BlockCache(4 << 20, 0)) {
      assertSame(mount, Ext4Reader.open("test", ByteSource.of(file), cache).root());
    }
  }

  private void assertSame(Path path, Inode inode) throws IOException {
    String stat = "unix:mode,ino,uid,gid,size,lastModifiedTime";
    var seen = Files.readAttributes(path, stat, LinkOption.NOFOLLOW_LINKS);
    assertEquals(seen.get("mode"), inode.type().modeBits() | inode.mode(), path::toString);
    assertEquals(seen.get("ino"), inode.number(), path::toString);
    assertEquals(seen.get("uid"), inode.uid(), path::toString);
    assertEquals(
        ((java.nio.file.attribute.FileTime) seen.get("lastModifiedTime")).toInstant(),
        java.time.Instant.ofEpochSecond(inode.mtimeSeconds(), inode.mtimeNanos()),
        path::toString);
    if (inode.type() == FileType.REGULAR) {
      byte[] content = new byte[(int) inode.size()];
      inode.content().read(0, ByteBuffer.wrap(content));
      assertArrayEquals(Files.readAllBytes(path), content, path::toString);
    } else if (inode.type() == FileType.SYMLINK) {
      assertEquals(Files.readSymbolicLink(path).toString(), inode.linkTarget().toString());
    } else if (inode.type() == FileType.DIRECTORY) {
      Set<String> names = new TreeSet<>();
      inode.forEachChild(
          (name, child) -> {
            names.add(name.toString());
            assertSame(path.resolve(name.toString()), child);
          });
      try (Stream<Path> listed = Files.list(path)) {
        assertEquals(new TreeSet<>(listed.map(p -> p.getFileName().toString()).toList()), names);
      }
    }
  }
}
