package jbuild.fs.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/** Reads GUID partition tables: the one at the disk's start or, when it is damaged, its backup. */
final class Gpt {
  /** The sizes sectors have; the table counts in them but does not say which it is. */
  private static final int[] SECTOR_BYTES = {512, 4096};

  private Gpt() {}

  /** Whether the table at the start has a signature. */
  static boolean matches(ByteSource disk) throws IOException {
    for (int sector : SECTOR_BYTES) {
      if (GptHeader.matches(disk, sector)) {
        return true;
      }
    }
    return false;
  }

  static List<Partition> read(String label, ByteSource disk) throws IOException {
    CorruptInputException damage = null;
    for (int sector : SECTOR_BYTES) {
      if (GptHeader.matches(disk, sector)) {
        try {
          return table(label, disk, 1, sector);
        } catch (CorruptInputException e) {
          damage = damage == null ? e : damage;
        }
      }
    }
    for (int sector : SECTOR_BYTES) {
      long lba = backup(disk, sector);
      if (lba > 1 && GptHeader.matches(disk, lba * sector)) {
        return backup(label, disk, lba, sector, damage);
      }
    }
    if (damage != null) {
      throw damage;
    }
    throw new CorruptInputException(
        label + ": GPT header", SECTOR_BYTES[0], "there is none, nor a backup at the disk's end");
  }

  /**
   * Where the backup lies: where the first header says, if only the entries are damaged, for the
   * image may have grown; else in the last sector.
   */
  private static long backup(ByteSource disk, int sector) throws IOException {
    if (GptHeader.matches(disk, sector)) {
      try {
        return GptHeader.read("primary", disk, 1, sector).alternate();
      } catch (CorruptInputException e) {
        // then it says nothing
      }
    }
    return disk.size() / sector - 1;
  }

  /** What is wrong with the first table matters more to people than what is with its backup. */
  private static List<Partition> backup(
      String label, ByteSource disk, long lba, int sector, @Nullable CorruptInputException damage)
      throws IOException {
    try {
      return table(label + ": backup", disk, lba, sector);
    } catch (CorruptInputException e) {
      if (damage == null) {
        throw e;
      }
      damage.addSuppressed(e);
      throw damage;
    }
  }

  private static List<Partition> table(String label, ByteSource disk, long lba, int sector)
      throws IOException {
    GptHeader header = GptHeader.read(label, disk, lba, sector);
    ByteReader entries =
        ByteReader.of(
            label + ": GPT entries", disk, header.entries() * sector, header.tableBytes());
    int crc = GptHeader.crc32(entries.bytes("entries", header.tableBytes()));
    if (crc != header.entriesCrc()) {
      throw entries
          .seek(0)
          .corrupt(
              "CRC is "
                  + Integer.toHexString(crc)
                  + ", not "
                  + Integer.toHexString(header.entriesCrc()));
    }
    List<Partition> partitions = new ArrayList<>();
    for (int i = 0; i < header.entryCount(); i++) {
      entries.seek(i * header.entryBytes());
      GptEntry entry = GptEntry.read(entries);
      if (entry.isUsed()) {
        partitions.add(entry.toPartition(entries, i + 1, sector));
      }
    }
    return partitions;
  }
}
