package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

/** What is wrong with a GPT whose backup is gone, field by field. */
class CorruptGptTest {
  private static final int ENTRY = 1024;

  @Test
  void each_damaged_field_is_named_with_its_place() {
    refused("@0x208: revision is 0, not in 65536 to 131071", disk -> disk.putInt(520, 0));
    refused("@0x20c: header size is 91, not in 92 to 512", disk -> disk.putInt(524, 91));
    refused("@0x20c: header size is 513, not in 92 to 512", disk -> disk.putInt(524, 513));
    refused("@0x218: my LBA is 2, not in 1 to 1", disk -> disk.putLong(536, 2));
    refused("@0x248: entries LBA is 1, not in 2 to", disk -> disk.putLong(584, 1));
    refused("@0x250: number of entries is 0, not in 1 to 8192", disk -> disk.putInt(592, 0));
    refused("@0x254: size of an entry is 64, not in 128", disk -> disk.putInt(596, 64));
    refused("@0x258: 16 entries of 129 bytes", disk -> disk.putInt(596, 129));
    refused(
        "GPT entries @0x7ffffffffffffe00: needs 2048 bytes",
        disk -> disk.putLong(584, Long.MAX_VALUE / 512));
    refused("entry 1 has sectors 0 to 19", disk -> disk.putLong(ENTRY + 32, 0));
    refused("entry 1 has sectors 10 to 9", disk -> disk.putLong(ENTRY + 40, 9));
    refused("to 18446744073709551615", disk -> disk.putLong(ENTRY + 40, -1));
  }

  @Test
  void checksums_of_header_and_entries_are_verified() {
    ByteBuffer header = good();
    header.put(600, (byte) 1);
    assertMessage("test: GPT header @0x210: header CRC is ", header);
    ByteBuffer entries = good();
    entries.put(ENTRY + 56, (byte) 'x');
    assertMessage("test: GPT entries @0x400: CRC is ", entries);
  }

  @Test
  void a_protective_mbr_without_any_gpt_is_an_error() {
    byte[] disk = TestDisks.mbr(64, new TestDisks.Mbr(0, 0xee, 1, 63));
    assertMessage(
        "test: GPT header @0x200: there is none, nor a backup at the disk's end",
        ByteBuffer.wrap(disk));
  }

  private static ByteBuffer good() {
    return ByteBuffer.wrap(goodBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] goodBytes() {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, "a"));
    disk[63 * 512] = 0;
    return disk;
  }

  private static void refused(String message, Consumer<ByteBuffer> damage) {
    byte[] disk = goodBytes();
    damage.accept(ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN));
    TestDisks.fixChecksums(disk);
    assertMessage(message, ByteBuffer.wrap(disk));
  }

  private static void assertMessage(String message, ByteBuffer disk) {
    ByteSource source = ByteSource.of(disk.rewind());
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> PartitionTable.read("test", source));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void a_short_disk_is_read_as_far_as_it_goes() throws IOException {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, "a"));
    ByteSource cut = ByteSource.of(ByteBuffer.wrap(disk, 0, 6 * 512));
    assertEquals(1, PartitionTable.read("test", cut).partitions().size());
  }
}
