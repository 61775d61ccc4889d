package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrong with a qcow2 image, and what is not supported, field by field. */
class CorruptQcow2Test {
  private final BlockCache cache = new BlockCache(8 << 20, 0);

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void each_damaged_field_of_the_header_is_named_with_its_place() throws IOException {
    refused("header @0x0: magic is 0x514649fa, not 0x514649fb", h -> h.putInt(0, 0x514649fa));
    refused("header @0x14: cluster_bits is 8, not in 9 to 21", h -> h.putInt(20, 8));
    refused("header @0x14: cluster_bits is 22, not in 9 to 21", h -> h.putInt(20, 22));
    refused("header @0x18: size is 18446744073709551615", h -> h.putLong(24, -1));
    refused("L1 table @0x30000: it has 1 entries, the disk needs 2", h -> h.putLong(24, 1L << 30));
    refused("header @0x24: l1_size is 4194305", h -> h.putInt(36, (4 << 20) + 1));
    refused("l1_table_offset 0x30200 is not that of a cluster", h -> h.putLong(40, 0x30200));
    refused("L1 table @0x1000000: needs 8 bytes, the input ends", h -> h.putLong(40, 1 << 24));
    refused("refcount_table_offset 0x1 is not that of", h -> h.putLong(48, 1));
    refused("refcount_order is 7, not in 0 to 6", h -> h.putInt(96, 7));
    refused("header_length is 103, not in 104 to 65536", h -> h.putInt(100, 103));
    refused("compression_type is 1, the features say otherwise", h -> h.put(104, (byte) 1));
    refused("compression_type is 0, the features say otherwise", h -> h.putLong(72, 8));
    refused("the image is marked as corrupt", h -> h.putLong(72, 2));
  }

  @Test
  void entries_that_point_nowhere_are_named_with_their_place() throws IOException {
    refused("L1 table @0x30008: entry 0 is 0x40200", h -> h.putLong(0x30000, 0x40200));
    refused("L1 table @0x30008: entry 0 is 0x40001", h -> h.putLong(0x30000, 0x40001));
    refused("L2 table @0x7fffff0000: needs 16384 bytes", h -> h.putLong(0x30000, 0x7fffff0000L));
    refused("L2 table @0x40000: entry is 0x50200, for 0x0 of", h -> h.putLong(0x40000, 0x50200));
    refused("L2 table @0x40000: entry is 0x50002", h -> h.putLong(0x40000, 0x50002));
    refused(
        "data @0xff0000: 65536 bytes, for 0x10000 of the disk, end behind",
        h -> h.putLong(0x40008, 0xff0000));
  }

  @Test
  void a_run_is_only_refused_where_the_damage_is() throws IOException {
    ByteBuffer image = good("v3");
    image.putLong(0x40008, 0xff0000);
    Qcow2Image opened = open(image);
    assertEquals(512, TestImages.read(opened, 65536 - 512, 512).length);
    assertThrows(CorruptInputException.class, () -> TestImages.read(opened, 65536, 1));
  }

  @Test
  void damage_of_compressed_clusters_is_found_when_they_are_decoded() throws IOException {
    for (String name : new String[] {"v3-deflate", "v3-zstd"}) {
      ByteBuffer image = good(name);
      long l2 = image.getLong((int) image.getLong(40)) & 0xffffffffffff00L;
      int data = (int) (image.getLong((int) l2) & 0xffffffffffffL);
      image.putInt(data, -1);
      assertMessage("test: qcow2 compressed cluster", image);
      image = good(name);
      image.putLong((int) l2, 1L << 62 | 0xfffffff);
      assertMessage("compressed cluster @0xfffffff: it lies behind the file's end", image);
    }
  }

  @Test
  void a_compressed_cluster_that_is_too_short_is_refused() throws IOException {
    ByteBuffer image = good("v3-deflate");
    long l2 = image.getLong((int) image.getLong(40)) & 0xffffffffffff00L;
    int data = (int) (image.getLong((int) l2) & 0xffffffffffffL);
    image.putShort(data, (short) 0x0300); // an empty last block
    assertMessage("it has 0 bytes, not 65536", image);
  }

  @Test
  void a_subcluster_cannot_be_there_and_zero_or_nowhere() throws IOException {
    ByteBuffer image = good("subclusters");
    int l2 = (int) (image.getLong((int) image.getLong(40)) & 0xffffffffffff00L);
    image.putInt(l2 + 8, 1);
    assertMessage("subcluster 0 is there and zero", image);
    image.putInt(l2 + 8, 0);
    image.putLong(l2, 0);
    assertMessage("subcluster 0 is there and nowhere", image);
  }

  @Test
  void more_tables_than_the_file_can_hold_are_refused() throws IOException {
    ByteBuffer image = good("small-clusters");
    image.putLong(24, 32768 * 4000L).putInt(36, 4000);
    int l1 = (int) image.getLong(40);
    for (int i = 0; i < 4000; i++) {
      image.putLong(l1 + 8 * i, 512);
    }
    assertMessage("it has 4000 L2 tables, more than the file can hold", image);
  }

  @Test
  void what_is_not_supported_is_named() throws IOException {
    unsupported("qcow version 1", h -> h.putInt(4, 1));
    unsupported("encryption by LUKS", h -> h.putInt(32, 2));
    unsupported("encryption by AES", h -> h.putInt(32, 1));
    unsupported("qcow2 feature 5 is unknown", h -> h.putLong(72, 1 << 5));
    unsupported("the content lies in another file", h -> h.putLong(72, 4));
    unsupported("compression type 2", h -> h.putLong(72, 8).put(104, (byte) 2));
    unsupported(
        "the image lies on top of another, base.img",
        h ->
            h.putLong(8, 1000)
                .putInt(16, 8)
                .put(1000, "base.img".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void stale_refcounts_do_not_matter() throws IOException {
    ByteBuffer image = good("v3");
    image.putLong(72, 1);
    assertEquals(TestImages.SIZE, open(image).size());
  }

  private static ByteBuffer good(String name) throws IOException {
    return ByteBuffer.wrap(TestImages.qcow2(name));
  }

  private void refused(String message, Consumer<ByteBuffer> damage) throws IOException {
    ByteBuffer image = good("v3");
    damage.accept(image);
    assertMessage(message, image);
  }

  private void assertMessage(String message, ByteBuffer image) {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class,
            () -> TestImages.read(open(image), 0, TestImages.SIZE),
            message);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith("test: qcow2 "), e.getMessage());
  }

  private void unsupported(String message, Consumer<ByteBuffer> change) throws IOException {
    ByteBuffer image = good("v3");
    change.accept(image);
    UnsupportedFilesystemException e =
        assertThrows(UnsupportedFilesystemException.class, () -> open(image), message);
    assertTrue(e.getMessage().startsWith("test: "), e.getMessage());
    assertTrue(e.getMessage().endsWith(message), e.getMessage());
  }

  private Qcow2Image open(ByteBuffer image) throws IOException {
    return Qcow2Image.open("test", ByteSource.of(image.rewind()), cache);
  }
}
