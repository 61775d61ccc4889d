package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.Allocation;
import jbuild.io.ByteString;

/**
 * Any bytes as a tar: a tree that obeys the rules of trees and comes back from its canonical tar,
 * or a {@link LayerException}.
 */
class TarFuzzTest {
  /** Files with holes may claim more than can be written out here. */
  private static final long MOST_CONTENT = 1 << 20;

  @FuzzTest
  void tar(byte[] input) throws IOException {
    byte[] tar = FuzzTrees.withChecksums(input);
    LayerTree whole = FuzzTrees.tree(tar, LayerTreeBuilder.ofWholeTree(), tar.length);
    LayerTree tree = FuzzTrees.tree(tar, LayerTreeBuilder.ofChangeSet(), tar.length);
    LayerTree inPieces = FuzzTrees.tree(tar, LayerTreeBuilder.ofChangeSet(), 511);
    assertEquals(tree == null, inPieces == null, "pieces of the archive give another result");
    if (tree == null) {
      assertTrue(whole == null, "a tar that stands alone is a change set too");
      return;
    }
    String shape = FuzzTrees.shape(tree);
    assertEquals(shape, FuzzTrees.shape(inPieces));
    if (whole != null) {
      assertEquals(shape, FuzzTrees.shape(whole));
    }
    check(tree, tar.length);
    if (size(tree.root(), new IdentityHashMap<>()) <= MOST_CONTENT) {
      assertComesBack(tree, tar);
    }
  }

  /** One tree has one tar, and the tar gives the tree. */
  private static void assertComesBack(LayerTree tree, byte[] tar) throws IOException {
    byte[] canonical;
    try {
      canonical = Trees.write(tree, tar);
    } catch (LayerException tooManyXattrs) {
      assertTrue(tooManyXattrs.getMessage().contains("extended attributes"));
      return;
    }
    LayerTree again = Trees.changeSet(canonical);
    assertEquals(Trees.text(tree, tar), Trees.text(again, canonical));
    assertArrayEquals(canonical, Trees.write(again, canonical));
  }

  private static void check(LayerTree tree, int length) {
    check(tree.root(), length, 0);
  }

  private static void check(Directory directory, int length, int depth) {
    assertTrue(depth < DirectoryWalk.MAX_DEPTH);
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      ByteString name = child.getKey();
      assertFalse(name.isEmpty() || name.length() > 255 || name.indexOf('/') >= 0);
      assertFalse(name.indexOf('\0') >= 0 || name.startsWith(".wh."));
      assertFalse(name.equalsAscii(".") || name.equalsAscii(".."));
      for (ByteString xattr : child.getValue().attributes().xattrs().keySet()) {
        assertFalse(Xattrs.isOverlayMark(xattr), "an overlay mark came in from outside");
      }
      if (child.getValue() instanceof Directory below) {
        check(below, length, depth + 1);
      } else if (child.getValue() instanceof RegularFile file && file.size() > 0) {
        checkData(file, length);
      } else if (child.getValue() instanceof Special special) {
        assertFalse(FuzzTrees.isOverlayWhiteout(special), "an overlay whiteout came in");
      }
    }
  }

  private static void checkData(RegularFile file, int length) {
    if (file.data() instanceof FileData.Stored stored) {
      assertTrue(stored.offset() > 0 && stored.offset() + file.size() <= length);
      return;
    }
    checkExtents(((FileData.Sparse) file.data()).extents(), file.size(), length);
  }

  private static void checkExtents(List<FileData.Extent> extents, long size, long length) {
    long end = 0;
    for (FileData.Extent extent : extents) {
      assertTrue(extent.length() > 0 && extent.fileOffset() >= end);
      end = extent.fileOffset() + extent.length();
      assertTrue(end <= size);
      assertTrue(extent.deviceOffset() >= 0);
      assertTrue(extent.deviceOffset() + extent.length() <= length);
    }
  }

  private static long size(Directory directory, IdentityHashMap<Inode, Boolean> seen) {
    long size = 0;
    for (Inode child : directory.children().values()) {
      if (child instanceof Directory below) {
        size += size(below, seen);
      } else if (child instanceof RegularFile file && seen.put(file, true) == null) {
        size += file.size();
      }
    }
    return size;
  }

  @FuzzTest
  void pax(byte[] header) throws IOException {
    Allocation.atMost(
        (1 << 20) + 200L * header.length,
        () -> {
          try {
            PaxRecords records = new PaxRecords();
            records.parse(header);
            records.number("uid", 0);
            records.xattrs().keySet().forEach(name -> assertTrue(name.length() <= header.length));
            String time = records.text("mtime");
            if (time != null) {
              PaxTime parsed = PaxTime.parse(time);
              assertEquals(parsed, PaxTime.parse(PaxTime.format(parsed.seconds(), parsed.nanos())));
            }
          } catch (TarFieldException malformed) {
            assertFalse(malformed.getMessage().isEmpty());
          }
          return null;
        });
  }

  /** The two ways of writing a map of islands, with the bytes that it claims. */
  @FuzzTest
  void sparse(byte[] map) {
    int size = map.length * 64;
    try {
      String list = new String(map, StandardCharsets.ISO_8859_1);
      checkPlaced(SparseMap.ofList(list), size);
    } catch (TarFieldException malformed) {
      assertFalse(malformed.getMessage().isEmpty());
    }
    try {
      SparseText text = new SparseText();
      boolean complete = false;
      for (int at = 0; at < map.length && !complete; at += TarHeader.BLOCK) {
        complete = text.feed(Arrays.copyOfRange(map, at, at + TarHeader.BLOCK));
      }
      if (complete) {
        checkPlaced(text.map(), size);
      }
    } catch (TarFieldException malformed) {
      assertFalse(malformed.getMessage().isEmpty());
    }
  }

  private static void checkPlaced(SparseMap map, int size) throws TarFieldException {
    FileData data = map.place(size, 1024, size);
    if (data instanceof FileData.Sparse sparse) {
      checkExtents(sparse.extents(), size, 1024L + size);
    }
  }
}
