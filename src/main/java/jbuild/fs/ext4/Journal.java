package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * Replays the journal (jbd2) of an image that was in use when it was copied. Nothing is written:
 * the result is a view of the image. The log is read transaction by transaction up to the first
 * that was not committed. Whatever else is wrong with it is an error, so that no half of a state is
 * ever shown.
 */
final class Journal {
  private static final int FAST_COMMIT_HEAD = 9;

  private final Volume volume;
  private final JournalFile file;
  private final JournalSuperblock superblock;

  private final List<LoggedBlock> committed = new ArrayList<>();

  /** By block: the last transaction that revoked it. */
  private final Map<Long, Integer> revoked = new HashMap<>();

  /** A block in the log. */
  private record LoggedBlock(JournalTag tag, int sequence, long logBlock) {}

  private Journal(Volume volume, JournalFile file) {
    this.volume = volume;
    this.file = file;
    this.superblock = file.superblock();
  }

  /** The image as its journal will leave it. */
  static ByteSource replay(Volume volume) throws IOException {
    JournalFile file = JournalFile.open(volume);
    if (file.superblock().start() == 0) {
      return volume.source();
    }
    Journal journal = new Journal(volume, file);
    int end = journal.scan();
    journal.requireNoFastCommits(end);
    return new RecoveredImage(volume.source(), volume.blockBits(), journal.newest());
  }

  /** The transaction that is being read. */
  private static final class Transaction {
    final List<LoggedBlock> blocks = new ArrayList<>();
    final List<Long> revoked = new ArrayList<>();
    final Crc32Be sum = new Crc32Be();

    /** Whether a checksum of versions 2 and 3 is wrong, in what may be left from long before. */
    boolean isDoubtful;
  }

  /** Collects what was committed; returns the number of the first transaction that was not. */
  private int scan() throws IOException {
    int sequence = superblock.sequence();
    long at = superblock.start();
    long left = superblock.end() - superblock.first();
    long lastTime = Long.MIN_VALUE;
    boolean isEnding = false;
    Transaction transaction = new Transaction();
    while (left > 0) {
      JournalBlock block = file.block(at);
      if (!block.isOf(sequence)) {
        return sequence;
      }
      long here = at;
      at = superblock.next(at);
      left--;
      if (block.type() == JournalBlock.DESCRIPTOR) {
        List<JournalTag> tags = block.tags();
        left -= tags.size();
        at = describe(transaction, block, tags, sequence, at);
      } else if (block.type() == JournalBlock.REVOKE) {
        revoke(transaction, block);
      } else if (block.type() == JournalBlock.COMMIT) {
        boolean isGood = isGood(transaction, block);
        if (!isGood && block.commitTime() < lastTime) {
          return sequence; // left from an earlier round of the log
        }
        if (isEnding
            || (!isGood && (transaction.isDoubtful || !superblock.commitsAsynchronously()))) {
          throw file.corrupt(here, "checksum of transaction " + sequence + " is wrong");
        }
        if (isGood) {
          commit(transaction, sequence);
        }
        isEnding = !isGood; // interrupted, unless a further one was committed
        lastTime = block.commitTime();
        transaction = new Transaction();
        sequence++;
      } else {
        return sequence;
      }
    }
    if (left < 0) {
      throw file.corrupt(superblock.start(), "the log is longer than the journal");
    }
    return sequence;
  }

  /** Takes the blocks that follow a descriptor block; returns the first block behind them. */
  private long describe(
      Transaction transaction, JournalBlock block, List<JournalTag> tags, int sequence, long start)
      throws IOException {
    transaction.isDoubtful |= !block.hasGoodTail();
    boolean sums = superblock.sumsTransactions();
    if (sums) {
      transaction.sum.add(block.bytes());
    }
    long at = start;
    for (JournalTag tag : tags) {
      transaction.blocks.add(new LoggedBlock(tag, sequence, at));
      if (sums) {
        transaction.sum.add(file.bytes(at));
      }
      at = superblock.next(at);
    }
    return at;
  }

  private static void revoke(Transaction transaction, JournalBlock block) throws IOException {
    if (block.hasGoodTail()) {
      transaction.revoked.addAll(block.revoked());
    } else {
      transaction.isDoubtful = true;
    }
  }

  private boolean isGood(Transaction transaction, JournalBlock commit) throws IOException {
    return !transaction.isDoubtful
        && commit.hasGoodCommit()
        && (!superblock.sumsTransactions() || commit.hasTransactionSum(transaction.sum.value()));
  }

  private void commit(Transaction transaction, int sequence) {
    committed.addAll(transaction.blocks);
    for (Long block : transaction.revoked) {
      revoked.put(block, sequence);
    }
  }

  /** The last copy of each block; copies up to the block's revocation do not count. */
  private SortedMap<Long, RecoveredImage.Copy> newest() throws IOException {
    SortedMap<Long, RecoveredImage.Copy> newest = new TreeMap<>();
    for (LoggedBlock logged : committed) {
      JournalTag tag = logged.tag;
      Integer until = revoked.get(tag.block());
      if (until != null && logged.sequence - until <= 0) { // numbers wrap around
        continue;
      }
      if (!volume.hasBlocks(tag.block(), 1)) {
        throw file.corrupt(logged.logBlock, "copy of block " + tag.block());
      }
      if (superblock.sumsBlocks()
          && !tag.fits(superblock, logged.sequence, file.bytes(logged.logBlock))) {
        throw file.corrupt(logged.logBlock, "checksum of the copy of block " + tag.block());
      }
      newest.put(
          tag.block(), new RecoveredImage.Copy(file.position(logged.logBlock), tag.isEscaped()));
    }
    return newest;
  }

  /**
   * Fast commits say what was done since the last full commit, which is more than blocks to copy.
   * They count when the first one names the transaction that is expected next.
   */
  private void requireNoFastCommits(int expected) throws IOException {
    if (superblock.fastCommits() < 2) {
      return;
    }
    ByteReader first =
        ByteReader.of(
            volume.name("journal: fast commits"),
            ByteBuffer.wrap(file.bytes(superblock.firstFastCommit())),
            file.position(superblock.firstFastCommit()));
    int tag = first.u16("fc_tag");
    first.skip("fc_len", 2).skip("fc_features", 4);
    if (tag == FAST_COMMIT_HEAD && first.s32("fc_tid") == expected) {
      throw volume.unsupported("replay of fast commits (fast_commit) is not supported");
    }
  }
}
