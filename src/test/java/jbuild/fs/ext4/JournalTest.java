package jbuild.fs.ext4;

import static jbuild.fs.ext4.TestJournal.ASYNC;
import static jbuild.fs.ext4.TestJournal.BIT64;
import static jbuild.fs.ext4.TestJournal.CSUM_V1;
import static jbuild.fs.ext4.TestJournal.CSUM_V2;
import static jbuild.fs.ext4.TestJournal.CSUM_V3;
import static jbuild.fs.ext4.TestJournal.FAST_COMMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

/** Logs of all shapes; blocks 2900 to 2999 of the image are free, and zeros. */
class JournalTest {
  private static final int[] SHAPES = {
    0, BIT64, CSUM_V2, CSUM_V2 | BIT64, CSUM_V3, CSUM_V3 | BIT64
  };

  private static void assertCorrupt(String message, TestJournal journal) {
    CorruptInputException e = assertThrows(CorruptInputException.class, journal::replay);
    assertTrue(e.getMessage().matches("test: journal.* @0x[0-9a-f]+: " + message), e.getMessage());
  }

  @Test
  void the_last_copy_of_a_block_counts_with_tags_of_every_shape() throws IOException {
    for (int shape : SHAPES) {
      TestJournal journal = TestJournal.with(0, shape);
      journal.blocks(7, 1, 2900, 2901).blocks(7, 2, 2902).commit(7);
      journal.blocks(8, 3, 2901).commit(8);
      assertEquals(1, journal.replayed(2900));
      assertEquals(3, journal.replayed(2901));
      assertEquals(2, journal.replayed(2902));
      assertEquals(0, journal.replayed(2903));
    }
  }

  @Test
  void a_transaction_without_its_commit_does_not_count() throws IOException {
    for (int shape : SHAPES) {
      TestJournal journal = TestJournal.with(0, shape);
      journal.blocks(7, 1, 2900).commit(7).blocks(8, 2, 2900).revoke(8, 2900);
      assertEquals(1, journal.replayed(2900));
    }
  }

  @Test
  void a_revoked_block_is_not_replayed_unless_it_was_written_later() throws IOException {
    for (int shape : SHAPES) {
      TestJournal journal = TestJournal.with(0, shape);
      journal.blocks(7, 1, 2900, 2901).commit(7).blocks(8, 2, 2902).revoke(8, 2900, 2901, 2902);
      journal.commit(8).blocks(9, 3, 2901).commit(9);
      assertEquals(0, journal.replayed(2900));
      assertEquals(3, journal.replayed(2901));
      assertEquals(0, journal.replayed(2902));
    }
  }

  @Test
  void numbers_of_transactions_wrap_around() throws IOException {
    TestJournal journal = TestJournal.with(0, 0).start(1, Integer.MAX_VALUE);
    journal.blocks(Integer.MAX_VALUE, 1, 2900, 2901).commit(Integer.MAX_VALUE);
    journal.revoke(Integer.MIN_VALUE, 2900).blocks(Integer.MIN_VALUE, 2, 2902);
    journal.commit(Integer.MIN_VALUE);
    assertEquals(0, journal.replayed(2900));
    assertEquals(1, journal.replayed(2901));
    assertEquals(2, journal.replayed(2902));
  }

  @Test
  void the_log_goes_on_at_its_begin() throws IOException {
    TestJournal journal = TestJournal.with(0, CSUM_V3).length(20).start(17, 7);
    journal.blocks(7, 1, 2900, 2901, 2902, 2903).commit(7).blocks(8, 2, 2901).commit(8);
    assertEquals(1, journal.replayed(2903));
    assertEquals(2, journal.replayed(2901));
  }

  @Test
  void escaped_blocks_get_their_first_bytes_back() throws IOException {
    TestJournal journal = TestJournal.with(0, CSUM_V3).escaped(7, 2900).commit(7);
    for (int from = 0; from < 6; from++) {
      for (int length = 1; length < 8; length++) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        journal.replay().read(2900 * 1024 + from, bytes);
        byte[] all = {(byte) 0xc0, 0x3b, 0x39, (byte) 0x98, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertEquals(ByteBuffer.wrap(all, from, length), bytes.flip());
      }
    }
  }

  @Test
  void a_read_may_span_blocks_of_both_kinds() throws IOException {
    TestJournal journal = TestJournal.with(0, 0).blocks(7, 5, 2900, 2902).commit(7);
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    journal.replay().read(2899 * 1024 + 512, bytes);
    int[] seen = {bytes.get(511), bytes.get(512), bytes.get(1535), bytes.get(1536)};
    assertEquals("[0, 5, 5, 0]", java.util.Arrays.toString(seen));
    assertEquals(5, bytes.get(2560));
    assertEquals(0, bytes.get(3584));
    assertEquals(4096, bytes.position());
  }

  @Test
  void an_empty_log_changes_nothing() throws IOException {
    TestJournal journal = TestJournal.with(0, CSUM_V3).blocks(7, 1, 2900).commit(7).start(0, 7);
    assertEquals(0, journal.replayed(2900));
  }

  @Test
  void damage_in_a_committed_transaction_is_found_by_the_checksums() throws IOException {
    for (int shape : new int[] {CSUM_V2, CSUM_V3}) {
      assertCorrupt(
          "checksum of transaction 7 is wrong",
          TestJournal.with(0, shape).blocks(7, 1, 2900).damage(2, 40).commit(7));
      assertCorrupt(
          "checksum of the copy of block 2900",
          TestJournal.with(0, shape).blocks(7, 1, 2900).damage(1, 40).commit(7));
      assertCorrupt(
          "checksum of transaction 7 is wrong",
          TestJournal.with(0, shape).revoke(7, 2900).damage(1, 40).commit(7));
      assertCorrupt(
          "checksum of transaction 7 is wrong",
          TestJournal.with(0, shape).blocks(7, 1, 2900).commit(7).damage(1, 40));
    }
    assertCorrupt(
        "checksum of transaction 7 is wrong",
        TestJournal.with(CSUM_V1, 0).blocks(7, 1, 2900).damage(1, 40).commit(7));
  }

  @Test
  void sums_of_version_1_are_right() throws IOException {
    TestJournal journal = TestJournal.with(CSUM_V1, 0).blocks(7, 1, 2900).commit(7);
    assertEquals(1, journal.blocks(8, 2, 2901).commit(8).replayed(2900));
    assertEquals(2, journal.replayed(2901));
  }

  @Test
  void what_is_left_from_an_earlier_round_ends_the_log() throws IOException {
    TestJournal journal = TestJournal.with(0, CSUM_V3).blocks(7, 1, 2900).commit(7);
    journal.blocks(8, 2, 2901).commitAt(8, 5).damage(1, 40);
    assertEquals(1, journal.replayed(2900));
    assertEquals(0, journal.replayed(2901));
  }

  @Test
  void an_asynchronous_commit_may_be_there_before_its_blocks() throws IOException {
    TestJournal journal = TestJournal.with(CSUM_V1, ASYNC).blocks(7, 1, 2900).commit(7);
    journal.blocks(8, 2, 2901).damage(1, 40).commit(8);
    assertEquals(1, journal.replayed(2900));
    assertEquals(0, journal.replayed(2901));
    assertCorrupt("checksum of transaction 9 is wrong", journal.blocks(9, 3, 2902).commit(9));
  }

  @Test
  void a_log_that_bites_its_tail_is_refused() throws IOException {
    TestJournal journal = TestJournal.with(0, 0).blocks(7, 1, 2900, 2901, 2902, 2903);
    assertCorrupt("the log is longer than the journal", journal.superblock(0x10, 4));
  }

  @Test
  void a_full_log_without_a_commit_changes_nothing() throws IOException {
    TestJournal journal = TestJournal.with(0, 0).blocks(7, 1, 2900, 2901, 2902, 2903);
    assertEquals(0, journal.superblock(0x10, 6).replayed(2900));
    journal = TestJournal.with(0, 0).revoke(7, 1).revoke(7, 1).superblock(0x10, 3);
    assertEquals(0, journal.replayed(2900));
  }

  @Test
  void fast_commits_are_refused_by_name() {
    TestImage image = TestImage.of("dirty-fast-commit");
    assertEquals(
        "test: replay of fast commits (fast_commit) is not supported",
        assertThrows(UnsupportedFilesystemException.class, image::open).getMessage());
  }

  @Test
  void copies_of_blocks_behind_the_end_are_refused() throws IOException {
    assertCorrupt("copy of block 3072", TestJournal.with(0, 0).blocks(7, 1, 3072).commit(7));
    assertCorrupt(
        "copy of block -1", TestJournal.with(0, CSUM_V3 | BIT64).blocks(7, 1, -1).commit(7));
  }

  @Test
  void a_short_log_has_no_room_for_fast_commits() throws IOException {
    TestJournal journal = TestJournal.with(0, FAST_COMMIT).blocks(7, 1, 2900).commit(7);
    assertEquals(1, journal.replayed(2900));
  }

  @Test
  void a_damaged_superblock_of_the_journal_is_refused() throws IOException {
    assertCorrupt("h_magic is 0x0, not 0xc03b3998", TestJournal.with(0, 0).superblock(0, 0));
    assertCorrupt("h_blocktype is 2, not in 3 to 4", TestJournal.with(0, 0).superblock(4, 2));
    assertCorrupt(
        "s_blocksize is 4096, not in 1024 to 1024", TestJournal.with(0, 0).superblock(12, 4096));
    assertCorrupt(
        "s_maxlen is 1025, not in 2 to 1024", TestJournal.with(0, 0).superblock(16, 1025));
    assertCorrupt("s_first is 1024, not in 1 to 1023", TestJournal.with(0, 0).superblock(20, 1024));
    assertCorrupt("s_start is 1024, not in 1 to 1024", TestJournal.with(0, 0).superblock(28, 1024));
    assertCorrupt("checksum is 0x.*, not 0x.*", TestJournal.with(0, CSUM_V3).superblock(0x18, 9));
    assertCorrupt(
        "s_checksum_type is 1, not 4 \\(crc32c\\)",
        TestJournal.with(0, CSUM_V3).superblock(0x50, 1 << 24));
  }

  @Test
  void unknown_features_of_the_journal_are_refused() throws IOException {
    TestJournal journal = TestJournal.with(0, 0x40);
    assertEquals(
        "test: journal: journal with features 0x40 is not supported",
        assertThrows(UnsupportedFilesystemException.class, journal::replay).getMessage());
  }

  @Test
  void a_journal_elsewhere_is_refused() throws IOException {
    TestImage image = TestImage.of("dirty-ext3").set32(TestImage.SUPERBLOCK + 0xe0, 0);
    assertTrue(
        assertThrows(UnsupportedFilesystemException.class, image::open)
            .getMessage()
            .contains("a journal on another device is not supported"));
    TestImage none = TestImage.of("dirty-ext3").set32(TestImage.SUPERBLOCK + 0x5c, 0);
    assertTrue(
        assertThrows(CorruptInputException.class, none::open)
            .getMessage()
            .contains("needs its journal replayed (needs_recovery) but has none"));
  }
}
