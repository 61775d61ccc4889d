package jbuild.fs.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTableTest {
  private static final int EXTENDED = 5;

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void a_gpt_lists_its_partitions_whatever_the_size_of_sectors(int sector) throws IOException {
    byte[] disk =
        TestDisks.gpt(
            sector,
            64,
            new TestDisks.Gpt(1, TestDisks.EFI_SYSTEM, 10, 19, "EFI System"),
            new TestDisks.Gpt(3, TestDisks.ROOT_ARM64, 20, 29, "wurzel \u00e4", 1L << 60 | 4),
            new TestDisks.Gpt(14, "01234567-89ab-cdef-0123-456789abcdef", 30, 30, "", 1L << 63));
    disk[20 * sector] = 42;
    PartitionTable table = read(disk);
    assertEquals(PartitionTable.Scheme.GPT, table.scheme());
    assertEquals(
        List.of(
            new Partition(
                1,
                10L * sector,
                10L * sector,
                PartitionKind.EFI_SYSTEM,
                "EFI System",
                "EFI System",
                false,
                false,
                false),
            new Partition(
                3,
                20L * sector,
                10L * sector,
                PartitionKind.LINUX_ROOT,
                "Linux root (ARM-64)",
                "wurzel \u00e4",
                true,
                true,
                false),
            new Partition(
                14,
                30L * sector,
                sector,
                PartitionKind.OTHER,
                "type 01234567-89ab-cdef-0123-456789abcdef",
                "",
                false,
                false,
                true)),
        table.partitions());
    ByteSource content = table.open(table.partitions().get(1));
    assertEquals(10L * sector, content.size());
    ByteBuffer first = ByteBuffer.allocate(1);
    content.read(0, first);
    assertArrayEquals(new byte[] {42}, first.array());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void the_backup_is_read_when_the_first_table_is_damaged(int sector) throws IOException {
    byte[] good = TestDisks.gpt(sector, 64, new TestDisks.Gpt(2, TestDisks.LINUX, 10, 19, "data"));
    for (int damaged : new int[] {sector, sector + 70, 2 * sector + 130}) {
      byte[] disk = good.clone();
      disk[damaged] ^= 1;
      assertEquals(read(good).partitions(), read(disk).partitions(), "at " + damaged);
    }
  }

  @Test
  void the_backup_is_found_where_the_header_says_when_the_image_has_grown() throws IOException {
    byte[] good = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, ""));
    byte[] disk = Arrays.copyOf(good, 100 * 512);
    disk[2 * 512]++;
    assertEquals(read(good).partitions(), read(disk).partitions());
  }

  @Test
  void an_mbr_lists_primary_and_logical_partitions_in_the_order_of_the_chain() throws IOException {
    byte[] disk =
        TestDisks.mbr(
            200,
            new TestDisks.Mbr(0x80, 0x83, 1, 9),
            new TestDisks.Mbr(0, EXTENDED, 50, 100),
            new TestDisks.Mbr(0, 0x82, 10, 5));
    TestDisks.mbr(
        disk, 50, new TestDisks.Mbr(0, 0x83, 1, 10), new TestDisks.Mbr(0, EXTENDED, 60, 20));
    TestDisks.mbr(
        disk, 110, new TestDisks.Mbr(0, 0x8e, 2, 8), new TestDisks.Mbr(0, EXTENDED, 30, 20));
    TestDisks.mbr(disk, 80, new TestDisks.Mbr(0, 0x07, 3, 7));
    PartitionTable table = read(disk);
    assertEquals(PartitionTable.Scheme.MBR, table.scheme());
    assertEquals(
        List.of(
            "1 1+9 Linux boot",
            "2 50+100 extended",
            "3 10+5 Linux swap",
            "5 51+10 Linux",
            "6 112+8 Linux LVM",
            "7 83+7 NTFS or exFAT"),
        table.partitions().stream().map(PartitionTableTest::line).toList());
  }

  @Test
  void a_chain_of_logical_partitions_that_has_no_end_is_refused() {
    byte[] disk = TestDisks.mbr(200, new TestDisks.Mbr(0, EXTENDED, 50, 100));
    TestDisks.mbr(
        disk, 50, new TestDisks.Mbr(0, 0x83, 1, 10), new TestDisks.Mbr(0, EXTENDED, 60, 20));
    TestDisks.mbr(disk, 110, new TestDisks.Mbr(0, EXTENDED, 60, 20));
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> read(disk));
    assertEquals(
        "test: extended boot record @0xdc00: the chain of logical ones is endless", e.getMessage());
  }

  @Test
  void a_hybrid_mbr_gives_way_to_the_gpt() throws IOException {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, ""));
    TestDisks.mbr(disk, 0, new TestDisks.Mbr(0, 0xee, 1, 9), new TestDisks.Mbr(0x80, 0x83, 10, 10));
    assertEquals(PartitionTable.Scheme.GPT, read(disk).scheme());
  }

  @Test
  void an_mbr_is_believed_more_than_a_gpt_that_it_does_not_know_of() throws IOException {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, ""));
    TestDisks.mbr(disk, 0, new TestDisks.Mbr(0, 0x83, 40, 10));
    PartitionTable table = read(disk);
    assertEquals(PartitionTable.Scheme.MBR, table.scheme());
    assertEquals(40 * 512, table.partitions().get(0).start());
  }

  @Test
  void a_gpt_without_an_mbr_is_read() throws IOException {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, ""));
    Arrays.fill(disk, 0, 512, (byte) 0);
    assertEquals(1, read(disk).partitions().size());
  }

  @Test
  void boot_sectors_of_file_systems_are_no_mbr() throws IOException {
    for (String mark : List.of("3 NTFS    ", "3 EXFAT   ", "54 FAT12   ", "54 FAT16   ")) {
      assertFalse(matches(bootSector(mark)), mark);
    }
    assertFalse(matches(bootSector("82 FAT32   ")));
    assertTrue(matches(bootSector("3 GRUB")));
  }

  @Test
  void a_signature_alone_makes_no_mbr() throws IOException {
    byte[] empty = TestDisks.mbr(4);
    assertFalse(matches(empty), "no entry, as in front of an ext4 file system");
    byte[] code = TestDisks.mbr(4, new TestDisks.Mbr(0x31, 0x83, 1, 2));
    assertFalse(matches(code), "code where the status would be");
    byte[] overlapping =
        TestDisks.mbr(64, new TestDisks.Mbr(0, 0x83, 1, 20), new TestDisks.Mbr(0, 0x83, 10, 20));
    assertFalse(matches(overlapping));
    byte[] wholeDisk = TestDisks.mbr(64, new TestDisks.Mbr(0x80, 0x17, 0, 64));
    assertFalse(matches(wholeDisk), "a CD image that boots as a disk");
    byte[] unsigned = TestDisks.mbr(64, new TestDisks.Mbr(0, 0x83, 1, 20));
    unsigned[510] = 0;
    assertFalse(matches(unsigned));
    assertFalse(matches(new byte[0]));
    assertFalse(matches(new byte[511]));
  }

  @Test
  void a_partition_behind_the_end_is_listed_but_cannot_be_opened() throws IOException {
    byte[] whole = TestDisks.mbr(64, new TestDisks.Mbr(0, 0x83, 1, 60));
    PartitionTable table = read(Arrays.copyOf(whole, 50 * 512));
    Partition partition = table.partitions().get(0);
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> table.open(partition));
    assertEquals(
        "test: partition 1 @0x200: it ends at 0x7a00, the disk at 0x6400"
            + " (is the image truncated?)",
        e.getMessage());
  }

  @Test
  void candidates_for_the_root_come_by_type_then_by_name_then_by_size() throws IOException {
    byte[] disk =
        TestDisks.gpt(
            512,
            64,
            new TestDisks.Gpt(1, TestDisks.EFI_SYSTEM, 6, 9, "root"),
            new TestDisks.Gpt(2, TestDisks.LINUX, 10, 12, "small"),
            new TestDisks.Gpt(3, TestDisks.LINUX, 13, 19, "large"),
            new TestDisks.Gpt(4, TestDisks.SWAP, 20, 29, "swap"),
            new TestDisks.Gpt(5, TestDisks.LVM, 30, 39, "lvm"),
            new TestDisks.Gpt(6, TestDisks.LINUX, 40, 40, "cloudimg-rootfs"),
            new TestDisks.Gpt(7, TestDisks.ROOT_X86_64, 41, 41, "", 1L << 63),
            new TestDisks.Gpt(8, TestDisks.ROOT_ARM64, 42, 42, ""));
    assertEquals(
        List.of(8, 7, 6, 3, 2),
        read(disk).rootCandidates().stream().map(Partition::number).toList());
  }

  @Test
  void control_characters_in_a_name_do_not_reach_the_terminal() throws IOException {
    byte[] disk =
        TestDisks.gpt(512, 64, new TestDisks.Gpt(1, TestDisks.LINUX, 10, 19, "a\u001b[2Jb"));
    assertEquals("a\ufffd[2Jb", read(disk).partitions().get(0).name());
  }

  @Test
  void a_partition_says_what_it_is() throws IOException {
    byte[] disk = TestDisks.gpt(512, 64, new TestDisks.Gpt(7, TestDisks.LINUX, 10, 19, "x"));
    assertEquals(
        "partition 7 (Linux filesystem, \"x\")", read(disk).partitions().get(0).toString());
  }

  private static byte[] bootSector(String mark) {
    byte[] disk = TestDisks.mbr(64, new TestDisks.Mbr(0x80, 0x83, 1, 20));
    int space = mark.indexOf(' ');
    byte[] text = mark.substring(space + 1).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, disk, Integer.parseInt(mark.substring(0, space)), text.length);
    return disk;
  }

  private static String line(Partition partition) {
    return partition.number()
        + " "
        + partition.start() / 512
        + "+"
        + partition.length() / 512
        + " "
        + partition.type()
        + (partition.bootable() ? " boot" : "");
  }

  private static boolean matches(byte[] disk) throws IOException {
    return PartitionTable.matches(ByteSource.of(ByteBuffer.wrap(disk)));
  }

  private static PartitionTable read(byte[] disk) throws IOException {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(disk));
    assertTrue(PartitionTable.matches(source));
    return PartitionTable.read("test", source);
  }
}
