package jbuild.fs.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * Reads master boot records: up to four primary partitions, one of which may be extended and hold
 * any number of logical ones, each behind a boot record of its own that points to the next.
 */
final class Mbr {
  private static final int SECTOR = 512;
  private static final int FIRST_LOGICAL = 5;

  /** The kernel counts to 255; a longer chain is no disk. */
  private static final int MAX_LOGICAL = 256;

  private Mbr() {}

  /**
   * Whether the first sector is one. Its signature alone says little: boot sectors of file systems
   * have it too, with code or nothing where the entries would be.
   */
  static boolean matches(ByteSource disk) throws IOException {
    if (disk.size() < BootRecord.BYTES) {
      return false;
    }
    BootRecord record = BootRecord.read("MBR", disk, 0);
    return record.isSigned() && !record.isFilesystem() && isPlausible(record.entries());
  }

  /** Whether it only says that there is a GPT, or says so among others (a hybrid MBR). */
  static boolean isProtective(ByteSource disk) throws IOException {
    if (disk.size() < BootRecord.BYTES) {
      return false;
    }
    BootRecord record = BootRecord.read("MBR", disk, 0);
    return record.isSigned()
        && !record.isFilesystem()
        && record.entries().stream()
            .anyMatch(each -> each.isUsed() && each.type() == MbrEntry.PROTECTIVE);
  }

  static List<Partition> read(String label, ByteSource disk) throws IOException {
    List<MbrEntry> entries = BootRecord.read(label + ": MBR", disk, 0).entries();
    List<Partition> partitions = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (isPartition(entries.get(i))) {
        partitions.add(partition(i + 1, entries.get(i), 0));
      }
    }
    int next = FIRST_LOGICAL;
    for (MbrEntry entry : entries) {
      if (isPartition(entry) && entry.isExtended()) {
        next = logical(label, disk, entry.first(), next, partitions);
      }
    }
    return partitions;
  }

  /** Follows the chain of an extended partition; gives the number of the next logical one. */
  private static int logical(
      String label, ByteSource disk, long extended, int firstNumber, List<Partition> found)
      throws IOException {
    String part = label + ": extended boot record";
    Set<Long> seen = new HashSet<>();
    int number = firstNumber;
    long at = extended;
    while (at != 0) {
      if (!seen.add(at) || seen.size() > MAX_LOGICAL) {
        throw new CorruptInputException(part, at * SECTOR, "the chain of logical ones is endless");
      }
      BootRecord record = BootRecord.read(part, disk, at * SECTOR);
      if (!record.isSigned()) {
        throw new CorruptInputException(part, at * SECTOR, "signature is not 55 aa");
      }
      long next = 0;
      for (MbrEntry entry : record.entries()) {
        if (entry.isUsed() && entry.isExtended()) {
          // Counted from the extended partition, whatever record it stands in.
          next = next == 0 ? extended + entry.first() : next;
        } else if (entry.isUsed() && number < FIRST_LOGICAL + MAX_LOGICAL) {
          found.add(partition(number++, entry, at));
        }
      }
      at = next;
    }
    return number;
  }

  private static Partition partition(int number, MbrEntry entry, long base) {
    return new Partition(
        number,
        (base + entry.first()) * SECTOR,
        entry.sectors() * SECTOR,
        entry.kind(),
        entry.typeName(),
        "",
        entry.isBootable(),
        false,
        false);
  }

  /** What begins with the table itself is the whole disk, as on CD images that also boot as one. */
  private static boolean isPartition(MbrEntry entry) {
    return entry.isUsed() && entry.first() > 0;
  }

  private static boolean isPlausible(List<MbrEntry> entries) {
    boolean any = false;
    for (MbrEntry entry : entries) {
      if (!entry.hasKnownStatus()) {
        return false;
      }
      any |= isPartition(entry);
    }
    return any && !overlap(entries);
  }

  private static boolean overlap(List<MbrEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      MbrEntry one = entries.get(i);
      for (MbrEntry other : entries.subList(0, i)) {
        if (isPartition(one)
            && isPartition(other)
            && one.type() != MbrEntry.PROTECTIVE
            && other.type() != MbrEntry.PROTECTIVE
            && one.first() < other.first() + other.sectors()
            && other.first() < one.first() + one.sectors()) {
          return true;
        }
      }
    }
    return false;
  }
}
