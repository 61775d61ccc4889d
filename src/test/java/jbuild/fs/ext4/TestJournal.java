package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jbuild.io.ByteSource;

/** Writes a log, block by block, into the journal of an image, and replays it. */
@SuppressWarnings("ByteBufferBackingArray") // all are allocated here
final class TestJournal {
  static final int CSUM_V1 = 0x1;

  static final int BIT64 = 0x2;
  static final int ASYNC = 0x4;
  static final int CSUM_V2 = 0x8;
  static final int CSUM_V3 = 0x10;
  static final int FAST_COMMIT = 0x20;

  private static final int BLOCK = TestImage.BLOCK;
  private static final int MAGIC = 0xc03b3998;
  private static final int JOURNAL_INODE = 8;

  final TestImage image = TestImage.of("dirty-ext3");
  private final FileContent file;
  private final int compat;
  private final int incompat;
  private int length = 1024;
  private Crc32Be sum = new Crc32Be();

  /** The block that is written next. */
  private int at;

  private TestJournal(int compat, int incompat) throws IOException {
    this.compat = compat;
    this.incompat = incompat;
    Volume volume = image.volume();
    InodeRecord inode = volume.inodes().read(JOURNAL_INODE);
    this.file =
        new FileContent(volume, JOURNAL_INODE, BlockMapping.of(volume, inode), inode.size());
    for (int i = 0; i < 1024; i++) {
      put(i, new byte[BLOCK]);
    }
  }

  /** A log with these features that begins at block 1 with transaction 7. */
  static TestJournal with(int compat, int incompat) throws IOException {
    return new TestJournal(compat, incompat).start(1, 7);
  }

  TestJournal length(int blocks) {
    length = blocks;
    return this;
  }

  TestJournal start(int block, int sequence) throws IOException {
    ByteBuffer superblock = block(4, 0);
    superblock.putInt(0xc, BLOCK).putInt(0x10, length).putInt(0x14, 1);
    superblock.putInt(0x18, sequence).putInt(0x1c, block);
    superblock.putInt(0x24, compat).putInt(0x28, incompat);
    superblock.put(0x50, (byte) 4);
    if (sums()) {
      superblock.putInt(
          0xfc, Crc32c.from(Crc32c.NO_SEED).bytes(superblock.array(), 0, BLOCK).value());
    }
    put(0, superblock.array());
    at = block;
    return this;
  }

  /** Changes a field of 4 bytes of the journal's superblock, and leaves its checksum as it is. */
  TestJournal superblock(int offset, int value) throws IOException {
    image.bytes.order(ByteOrder.BIG_ENDIAN).putInt(position(0) + offset, value);
    image.bytes.order(ByteOrder.LITTLE_ENDIAN);
    return this;
  }

  private boolean sums() {
    return (incompat & (CSUM_V2 | CSUM_V3)) != 0;
  }

  private static int seed() {
    return Crc32c.from(Crc32c.NO_SEED).zeros(16).value();
  }

  private static ByteBuffer block(int type, int sequence) {
    return ByteBuffer.allocate(BLOCK).putInt(0, MAGIC).putInt(4, type).putInt(8, sequence);
  }

  private int position(int block) throws IOException {
    return (int) file.positionOf((long) block * BLOCK);
  }

  private void put(int block, byte[] bytes) throws IOException {
    image.bytes.put(position(block), bytes);
  }

  private void append(byte[] bytes) throws IOException {
    put(at, bytes);
    at = at + 1 == length ? 1 : at + 1;
  }

  /** A descriptor block and copies of {@code targets} that are full of {@code fill}. */
  TestJournal blocks(int sequence, int fill, long... targets) throws IOException {
    byte[] copy = new byte[BLOCK];
    Arrays.fill(copy, (byte) fill);
    return copies(sequence, copy, 0, targets);
  }

  /** A copy of one block that begins as the log's blocks do. */
  TestJournal escaped(int sequence, long target) throws IOException {
    byte[] copy = new byte[BLOCK];
    copy[4] = 9;
    return copies(sequence, copy, 1, target);
  }

  private TestJournal copies(int sequence, byte[] copy, int flags, long... targets)
      throws IOException {
    ByteBuffer descriptor = block(1, sequence).position(12);
    int checksum = Crc32c.from(seed()).be32(sequence).bytes(copy, 0, BLOCK).value();
    for (int i = 0; i < targets.length; i++) {
      int all = flags | (i > 0 ? 2 : 0) | (i == targets.length - 1 ? 8 : 0);
      descriptor.putInt((int) targets[i]);
      if ((incompat & CSUM_V3) != 0) {
        descriptor.putInt(all).putInt((int) (targets[i] >>> 32)).putInt(checksum);
      } else {
        descriptor.putShort((short) (sums() ? checksum : 0)).putShort((short) all);
        if ((incompat & BIT64) != 0) {
          descriptor.putInt((int) (targets[i] >>> 32));
        }
      }
      if (i == 0) {
        descriptor.putLong(0x1111_1111_1111_1111L).putLong(0x1111_1111_1111_1111L);
      }
    }
    append(tail(descriptor));
    sum.add(descriptor.array());
    for (int i = 0; i < targets.length; i++) {
      append(copy);
      sum.add(copy);
    }
    return this;
  }

  private byte[] tail(ByteBuffer block) {
    if (sums()) {
      block.putInt(BLOCK - 4, Crc32c.from(seed()).bytes(block.array(), 0, BLOCK).value());
    }
    return block.array();
  }

  TestJournal revoke(int sequence, long... targets) throws IOException {
    ByteBuffer revoke = block(5, sequence).position(16);
    for (long target : targets) {
      if ((incompat & BIT64) != 0) {
        revoke.putLong(target);
      } else {
        revoke.putInt((int) target);
      }
    }
    revoke.putInt(12, revoke.position());
    append(tail(revoke));
    return this;
  }

  TestJournal commit(int sequence) throws IOException {
    return commitAt(sequence, 1000);
  }

  TestJournal commitAt(int sequence, long seconds) throws IOException {
    ByteBuffer commit = block(2, sequence).putLong(48, seconds);
    if ((compat & CSUM_V1) != 0) {
      commit.put(12, (byte) 1).put(13, (byte) 4).putInt(16, sum.value());
    }
    if (sums()) {
      commit.putInt(16, Crc32c.from(seed()).bytes(commit.array(), 0, BLOCK).value());
    }
    append(commit.array());
    sum = new Crc32Be();
    return this;
  }

  /** Damages a byte of the block that was written so many blocks ago. */
  TestJournal damage(int blocksAgo, int offset) throws IOException {
    image.flip(position(at - blocksAgo) + offset);
    return this;
  }

  ByteSource replay() throws IOException {
    return Journal.replay(image.volume());
  }

  /** The first byte of a block after the replay. */
  int replayed(long block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1);
    replay().read(block * BLOCK, bytes);
    return bytes.get(0) & 0xff;
  }
}
