package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jbuild.Allocation;
import jbuild.fs.Segment;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** A damaged image is a tree or an error with its place; a good one is the tree it was made of. */
class ErofsFuzzTest {
  private static final int DEVICE_BYTES = 1 << 16;

  @FuzzTest
  void image(byte[] input) throws IOException {
    byte[] image = TestImages.withChecksum(input);
    Allocation.atMost((4 << 20) + 2000L * image.length, () -> readAll(image));
  }

  private static boolean readAll(byte[] bytes) throws IOException {
    try {
      ErofsImage image = TestInode.open(bytes);
      Set<Long> seen = new HashSet<>();
      ArrayDeque<ImageInode> queue = new ArrayDeque<>();
      queue.add(image.root());
      while (!queue.isEmpty()) {
        ImageInode inode = queue.remove();
        if (seen.add(inode.nid())) {
          read(image, inode, queue);
        }
      }
      assertTrue(seen.size() <= bytes.length / ImageLayout.NID_BYTES);
      return true;
    } catch (CorruptInputException damaged) {
      assertTrue(damaged.getMessage().startsWith("test: "), damaged.getMessage());
      return false;
    }
  }

  private static void read(ErofsImage image, ImageInode inode, ArrayDeque<ImageInode> queue)
      throws IOException {
    image.xattrs(inode);
    switch (inode.type()) {
      case DIRECTORY -> {
        Map<ByteString, ImageInode> entries = new TreeMap<>();
        image.list(inode, entries::put); // order is checked on the way: only now all is known good
        for (Map.Entry<ByteString, ImageInode> entry : entries.entrySet()) {
          ByteString name = entry.getKey();
          assertTrue(!name.isEmpty() && name.length() <= 255 && name.indexOf('/') < 0);
          ImageInode found = image.lookup(inode, name);
          assertNotNull(found, "a listed name is found");
          assertEquals(entry.getValue().nid(), found.nid());
          queue.add(found);
        }
      }
      case REGULAR -> {
        long end = 0;
        for (Segment segment : image.segments(inode)) {
          assertTrue(segment.fileOffset() >= end && segment.length() > 0);
          end = segment.fileEnd();
          assertTrue(end <= inode.size());
          ErofsDevice device = image.devices().get(segment.device());
          assertTrue(segment.deviceOffset() >= 0);
          assertTrue(segment.deviceOffset() + segment.length() <= device.roundedBytes());
        }
      }
      case SYMLINK -> assertEquals(inode.size(), image.linkTarget(inode).length());
      default -> {}
    }
  }

  @FuzzTest
  void tree(FuzzedDataProvider data) throws IOException {
    TestInode root = TestInode.dir();
    List<TestInode> directories = new ArrayList<>(List.of(root));
    List<TestInode> others = new ArrayList<>();
    attributes(root, data);
    while (data.remainingBytes() > 0) {
      TestInode directory = data.pickValue(directories);
      ByteString name = name(data);
      if (directory.children.containsKey(name)) {
        continue;
      }
      boolean link = !others.isEmpty() && data.consumeInt(0, 9) == 0;
      TestInode child = link ? data.pickValue(others) : inode(data);
      directory.children.put(name, child);
      if (!link) {
        attributes(child, data);
        (child.type == FileType.DIRECTORY ? directories : others).add(child);
      }
    }
    byte[] image;
    try {
      image = TestInode.image(root, DEVICE_BYTES);
    } catch (ErofsLimitException limit) {
      return; // more attributes than an inode can have
    }
    TreeAssert.assertSame(root, TestInode.open(image));
  }

  private static ByteString name(FuzzedDataProvider data) {
    String any = data.consumeString(data.consumeInt(1, 40)).replace('/', '_').replace('\0', '_');
    byte[] bytes = any.getBytes(StandardCharsets.UTF_8);
    ByteString name = ByteString.of(bytes, 0, Math.min(255, bytes.length));
    boolean impossible = name.isEmpty() || name.equalsAscii(".") || name.equalsAscii("..");
    String repeated = "x".repeat(data.consumeInt(0, 255 - name.length()));
    return impossible ? ByteString.of("n" + name) : name.concat(ByteString.of(repeated));
  }

  private static TestInode inode(FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 5)) {
      case 0, 1 -> TestInode.dir();
      case 2 -> file(data);
      case 3 -> TestInode.link(data.consumeInt(1, 4095));
      case 4 -> TestInode.special(FileType.FIFO, 0, 0);
      default ->
          TestInode.special(
              data.consumeBoolean() ? FileType.CHARACTER_DEVICE : FileType.BLOCK_DEVICE,
              data.consumeInt(0, 4095),
              data.consumeInt(0, (1 << 20) - 1));
    };
  }

  /** Islands on whole blocks, apart from one another, so that they come back as they are. */
  private static TestInode file(FuzzedDataProvider data) {
    List<Segment> segments = new ArrayList<>();
    long block = data.consumeInt(0, 3);
    for (int i = data.consumeInt(0, 6); i > 0; i--) {
      int blocks = data.consumeInt(1, 4);
      long at = (long) data.consumeInt(0, DEVICE_BYTES / 512 - blocks) * 512;
      segments.add(new Segment(block * 512, blocks * 512L, 0, at));
      block += blocks + data.consumeInt(1, 5);
    }
    return TestInode.file(block * 512, segments.toArray(Segment[]::new));
  }

  private static void attributes(TestInode inode, FuzzedDataProvider data) {
    inode.mode(data.consumeInt(0, 07777));
    inode.owner(data.consumeInt(), data.consumeInt());
    inode.time(data.consumeLong(), data.consumeInt(0, 999_999_999));
    for (int i = data.consumeInt(0, 3); i > 0; i--) {
      String name = "user." + "n".repeat(data.consumeInt(1, 250)) + i;
      inode.xattr(name.substring(0, Math.min(255, name.length())), data.consumeAsciiString(600));
    }
  }
}
