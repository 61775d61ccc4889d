package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** The file with the journal: inode 8 as a rule. Its blocks are counted from its superblock, 0. */
final class JournalFile {
  private final Volume volume;
  private final String label;
  private final FileContent content;
  private final JournalSuperblock superblock;

  private JournalFile(Volume volume, FileContent content) throws IOException {
    this.volume = volume;
    this.label = volume.name("journal");
    this.content = content;
    ByteReader first =
        ByteReader.of(label + ": superblock", ByteBuffer.wrap(bytes(0)), position(0));
    this.superblock =
        JournalSuperblock.read(
            label, first, volume.blockSize(), content.size() >> volume.blockBits());
  }

  static JournalFile open(Volume volume) throws IOException {
    if (!volume.features().hasJournal()) {
      throw new CorruptInputException(
          volume.name("superblock"),
          Superblock.POSITION,
          "needs its journal replayed (needs_recovery) but has none");
    }
    long number = volume.superblock().journalInode();
    if (number == 0) {
      throw volume.unsupported(
          "needs its journal replayed (needs_recovery), a journal on another device is not"
              + " supported");
    }
    InodeRecord inode = volume.inodes().read(number);
    if (inode.type() != FileType.REGULAR
        || inode.hasInlineData()
        || inode.isEncrypted()
        || inode.size() < volume.blockSize()
        || inode.size() > volume.bytes()) {
      throw inode.corrupt(volume, "is not a journal");
    }
    BlockMapping mapping = BlockMapping.of(volume, inode);
    return new JournalFile(volume, new FileContent(volume, number, mapping, inode.size()));
  }

  JournalSuperblock superblock() {
    return superblock;
  }

  /** Where a block lies in the image, in bytes. */
  long position(long block) throws IOException {
    long position = content.positionOf(block << volume.blockBits());
    if (position < 0) {
      throw new CorruptInputException(label, 0, "block " + block + " is a hole");
    }
    return position;
  }

  byte[] bytes(long block) throws IOException {
    byte[] bytes = new byte[volume.blockSize()];
    content.read(block << volume.blockBits(), ByteBuffer.wrap(bytes));
    return bytes;
  }

  JournalBlock block(long block) throws IOException {
    return new JournalBlock(superblock, label, bytes(block), position(block));
  }

  CorruptInputException corrupt(long block, String what) throws IOException {
    return new CorruptInputException(label, position(block), what);
  }
}
