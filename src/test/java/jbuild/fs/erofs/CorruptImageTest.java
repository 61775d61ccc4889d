package jbuild.fs.erofs;

import static jbuild.fs.erofs.TestImages.withChecksum;
import static jbuild.fs.erofs.TestInode.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A damaged image gives either an error that says where, or a tree; never anything else. */
class CorruptImageTest {
  private static final int MAX_INODES = 1000;

  private byte[] good;

  @BeforeEach
  void write() throws IOException {
    good = TestInode.image(TestTrees.small(), 1 << 16);
    assertTrue(readAll(good), "the image itself is good");
  }

  @Test
  void any_flipped_bit_is_an_error_or_another_tree() {
    for (int at = 1024; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        readAll(withChecksum(bad));
      }
    }
  }

  @Test
  void any_byte_of_zeros_or_ones_is_an_error_or_another_tree() {
    for (int at = 1024; at < good.length; at++) {
      for (int value : new int[] {0, 0x7f, 0x80, 0xff}) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        readAll(withChecksum(bad));
      }
    }
  }

  @Test
  void any_word_of_ones_is_an_error_or_another_tree() {
    for (int width : new int[] {2, 4, 8}) {
      for (int at = 1024; at + width <= good.length; at += 2) {
        byte[] bad = good.clone();
        Arrays.fill(bad, at, at + width, (byte) 0xff);
        readAll(withChecksum(bad));
      }
    }
  }

  @Test
  void an_image_cut_anywhere_is_refused_when_it_is_opened() {
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThrows(CorruptInputException.class, () -> open(cut), "cut at " + length);
    }
  }

  @Test
  void a_flipped_bit_in_the_superblock_is_found_by_the_checksum() {
    for (int at = 1024; at < 1536; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      CorruptInputException e = assertThrows(CorruptInputException.class, () -> open(bad));
      assertTrue(e.getMessage().startsWith("test: superblock @0x40"), e.getMessage());
    }
  }

  @Test
  void an_error_names_the_structure_the_position_and_the_field() throws IOException {
    int root = (int) open(good).root().nid() * 32;
    byte[] bad = good.clone();
    bad[root] = 0;
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> open(withChecksum(bad)).root());
    assertEquals("test: inode", e.label());
    assertEquals(root + 2, e.offset());
    assertEquals("i_format is 0x0", e.what());
  }

  @Test
  void fields_with_one_legal_value_are_refused_with_any_other() {
    refused("blkszbits", image -> image[1024 + 12] = 12);
    refused("root_nid", image -> image[1024 + 14] = image[1024 + 15] = 0);
    refused("blocks", image -> image[1024 + 36]++);
    refused("meta_blkaddr", image -> image[1024 + 40] = 1);
    refused("xattr_blkaddr", image -> image[1024 + 44] = 1);
    refused("feature_incompat", image -> image[1024 + 80] = 0xd);
    refused("extra_devices", image -> image[1024 + 86] = 0);
    refused("devt_slotoff", image -> image[1024 + 88] = 10);
    refused("dirblkbits", image -> image[1024 + 90] = 3);
    refused("tag", image -> Arrays.fill(image, 1152, 1152 + 64, (byte) 0));
  }

  private void refused(String field, Consumer<byte[]> damage) {
    byte[] bad = good.clone();
    damage.accept(bad);
    assertThrows(CorruptInputException.class, () -> open(withChecksum(bad)), field);
  }

  /** Whether everything in the image can be read; throws whatever is not a report of damage. */
  private static boolean readAll(byte[] bytes) {
    try {
      ErofsImage image = open(bytes);
      ArrayDeque<ImageInode> queue = new ArrayDeque<>();
      queue.add(image.root());
      for (int i = 0; !queue.isEmpty(); i++) {
        assertTrue(i < MAX_INODES, "the walk does not end");
        ImageInode inode = queue.remove();
        image.xattrs(inode);
        if (inode.type() == FileType.DIRECTORY) {
          image.list(inode, (name, child) -> queue.add(child));
        } else if (inode.type() == FileType.REGULAR) {
          image.segments(inode);
        } else if (inode.type() == FileType.SYMLINK) {
          image.linkTarget(inode);
        }
      }
      return true;
    } catch (CorruptInputException damaged) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
