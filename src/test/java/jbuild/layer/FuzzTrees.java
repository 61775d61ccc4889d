package jbuild.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import jbuild.Allocation;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** Trees from the bytes that a fuzzer makes. */
final class FuzzTrees {
  private static final byte[] USTAR = "ustar".getBytes(US_ASCII);

  private FuzzTrees() {}

  /** Makes the checksum of every block right that looks like a header: no fuzzer guesses it. */
  static byte[] withChecksums(byte[] input) {
    byte[] tar = input.clone();
    for (int at = 0; at + TarHeader.BLOCK <= tar.length; at += TarHeader.BLOCK) {
      int magic = at + 257;
      if (Arrays.equals(tar, magic, magic + USTAR.length, USTAR, 0, USTAR.length)) {
        TarBytes.sum(tar, at);
      }
    }
    return tar;
  }

  /** The tree, or null when the tar is refused; memory is in proportion to the tar. */
  static @Nullable LayerTree tree(byte[] tar, LayerTreeBuilder builder, int step)
      throws IOException {
    return Allocation.atMost(
        (8 << 20) + 2000L * tar.length,
        () -> {
          try {
            return Trees.read(tar, builder, step);
          } catch (LayerException refused) {
            assertTrue(refused.getMessage().startsWith("read tar: "), refused.getMessage());
            return null;
          }
        });
  }

  /** Every field of every entry, and where the content lies instead of the content. */
  static String shape(LayerTree tree) {
    StringBuilder text = new StringBuilder();
    text.append(Trees.attributes(tree.root().attributes())).append('\n');
    append(text, "", tree.root(), new IdentityHashMap<>());
    return text.toString();
  }

  private static void append(
      StringBuilder text, String prefix, Directory directory, IdentityHashMap<Inode, String> seen) {
    for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
      Inode inode = child.getValue();
      String path = prefix + child.getKey();
      String first = inode instanceof Directory ? null : seen.putIfAbsent(inode, path);
      text.append(path).append(' ');
      text.append(first != null ? "= " + first : describe(inode)).append('\n');
      if (inode instanceof Directory below) {
        append(text, path + "/", below, seen);
      }
    }
  }

  private static String describe(Inode inode) {
    String common = inode.type() + " " + Trees.attributes(inode.attributes());
    if (inode instanceof Directory directory) {
      return common + " " + directory.isOpaque() + " " + directory.isImplied();
    }
    if (inode instanceof RegularFile file) {
      return common + " " + file.size() + (file.size() > 0 ? " " + file.data() : "");
    }
    if (inode instanceof Symlink link) {
      return common + " -> " + link.target();
    }
    if (inode instanceof LinkBelow link) {
      return common + " below " + link.target();
    }
    return common + " " + inode.deviceMajor() + ":" + inode.deviceMinor();
  }

  static boolean isOverlayWhiteout(Special special) {
    return special.type() == FileType.CHARACTER_DEVICE
        && special.deviceMajor() == 0
        && special.deviceMinor() == 0;
  }
}
