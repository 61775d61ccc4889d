package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.erofs.ErofsDevice;
import jbuild.fs.erofs.ErofsImage;
import jbuild.fs.erofs.ErofsLimitException;
import jbuild.fs.erofs.ErofsWriter;
import jbuild.fs.erofs.ImageInode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** The index of any tar reads back as the tree that it was written from. */
class IndexFuzzTest {
  /** A larger one has a longer table of chunks than a target has time for. */
  private static final long LARGEST_SPARSE = 16 << 20;

  @FuzzTest
  void index(byte[] input) throws IOException {
    byte[] tar = FuzzTrees.withChecksums(input);
    LayerTree tree = FuzzTrees.tree(tar, LayerTreeBuilder.ofChangeSet(), tar.length);
    if (tree == null || !canBeIndexed(tree.root())) {
      return;
    }
    IndexFacts facts = IndexFacts.of(tree);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ErofsWriter.write(
          Channels.newChannel(out),
          tree.root(),
          List.of(new ErofsDevice("tar", tar.length)),
          new byte[16],
          facts.volumeName());
    } catch (ErofsLimitException tooLarge) {
      assertTrue(tooLarge.getMessage().startsWith("write index: "), tooLarge.getMessage());
      return;
    }
    ErofsImage image = ErofsImage.of("fuzzed", ByteSource.of(ByteBuffer.wrap(out.toByteArray())));
    assertEquals(facts, IndexFacts.parse(image.volumeName()));
    compare("", tree.root(), image.root(), image, new IdentityHashMap<>());
  }

  private static boolean canBeIndexed(Directory directory) {
    for (Inode child : directory.children().values()) {
      if (child instanceof LinkBelow
          || (child instanceof Directory below && !canBeIndexed(below))
          || (child instanceof RegularFile file && !canBeIndexed(file))) {
        return false;
      }
    }
    return true;
  }

  private static boolean canBeIndexed(RegularFile file) {
    return !(file.data() instanceof FileData.Sparse)
        || (file.size() <= LARGEST_SPARSE && ErofsWriter.canMap(file));
  }

  private static void compare(
      String path,
      Inode expected,
      ImageInode found,
      ErofsImage image,
      IdentityHashMap<Inode, Long> numbers)
      throws IOException {
    Long number = numbers.putIfAbsent(expected, found.nid());
    assertTrue(number == null || number == found.nid(), path);
    assertEquals(expected.type(), found.type(), path);
    assertEquals(expected.mode(), found.mode(), path);
    assertEquals(expected.uid(), found.uid(), path);
    assertEquals(expected.gid(), found.gid(), path);
    assertEquals(expected.mtimeSeconds(), found.mtimeSeconds(), path);
    assertEquals(expected.mtimeNanos(), found.mtimeNanos(), path);
    assertEquals(expected.deviceMajor(), found.deviceMajor(), path);
    assertEquals(expected.deviceMinor(), found.deviceMinor(), path);
    compareXattrs(path, expected, image.xattrs(found));
    if (expected.type() == FileType.SYMLINK) {
      assertEquals(expected.linkTarget(), image.linkTarget(found), path);
    } else if (expected.type() == FileType.REGULAR) {
      assertEquals(expected.size(), found.size(), path);
      assertEquals(expected.segments(), image.segments(found), path);
    } else if (expected instanceof Directory directory) {
      TreeMap<ByteString, ImageInode> listed = new TreeMap<>();
      image.list(found, listed::put);
      assertEquals(directory.children().keySet(), listed.keySet(), path);
      for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
        ImageInode lookedUp = image.lookup(found, child.getKey());
        assertNotNull(lookedUp, path);
        assertEquals(listed.get(child.getKey()).nid(), lookedUp.nid(), path);
        compare(path + "/" + child.getKey(), child.getValue(), lookedUp, image, numbers);
      }
    }
  }

  private static void compareXattrs(
      String path, Inode expected, SortedMap<ByteString, byte[]> found) {
    SortedMap<ByteString, byte[]> stored = new TreeMap<>(expected.xattrs());
    stored.entrySet().removeIf(x -> !ErofsWriter.storesXattr(x.getKey(), x.getValue().length));
    assertEquals(stored.keySet(), found.keySet(), path);
    found.forEach((name, value) -> assertArrayEquals(stored.get(name), value, path));
  }

  @FuzzTest
  void facts(byte[] name) {
    String volume = new String(name, StandardCharsets.ISO_8859_1);
    IndexFacts facts = IndexFacts.parse(volume);
    if (facts != null) {
      assertEquals(volume, facts.volumeName());
    }
  }
}
