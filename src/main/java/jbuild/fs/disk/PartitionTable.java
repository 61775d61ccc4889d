package jbuild.fs.disk;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * The partitions of a disk image. Only the sectors that hold the table are read. Safe for use by
 * several threads; whoever opened the source closes it.
 */
public final class PartitionTable {
  /** The kinds of tables. */
  public enum Scheme {
    GPT,
    MBR
  }

  /** What installers and image builders call the partition of the root. */
  private static final Set<String> ROOT_NAMES =
      Set.of("root", "rootfs", "cloudimg-rootfs", "linux root", "system", "p.lxroot", "root-a");

  private static final int NO_CANDIDATE = Integer.MAX_VALUE;

  private final String label;
  private final ByteSource disk;
  private final Scheme scheme;
  private final List<Partition> partitions;

  private PartitionTable(String label, ByteSource disk, Scheme scheme, List<Partition> partitions) {
    this.label = label;
    this.disk = disk;
    this.scheme = scheme;
    this.partitions = List.copyOf(partitions);
  }

  /**
   * Whether the disk begins with a partition table and not with a file system; a damaged table
   * counts. CD images that can also be written to a disk have one too: look for ISO 9660 first.
   */
  public static boolean matches(ByteSource disk) throws IOException {
    return Mbr.matches(disk) || Mbr.isProtective(disk) || Gpt.matches(disk);
  }

  /**
   * Reads the table. A GPT is looked for where an MBR says so, or where there is no MBR: one that a
   * disk had before it got an MBR may still be there.
   *
   * @param label names the disk in errors
   */
  public static PartitionTable read(String label, ByteSource disk) throws IOException {
    if (Mbr.isProtective(disk) || !Mbr.matches(disk)) {
      return new PartitionTable(label, disk, Scheme.GPT, Gpt.read(label, disk));
    }
    return new PartitionTable(label, disk, Scheme.MBR, Mbr.read(label, disk));
  }

  public Scheme scheme() {
    return scheme;
  }

  /** All of them, in the order of the table; logical ones of an MBR last. */
  public List<Partition> partitions() {
    return partitions;
  }

  /**
   * Those that may hold a root file system, the likeliest first: by type, then by name, then those
   * for any use of Linux, the larger first. Which of them it is, only their content tells. Without
   * those that hold something else by their type, such as swap, firmware's files or LVM.
   */
  public List<Partition> rootCandidates() {
    return partitions.stream()
        .filter(partition -> rank(partition) != NO_CANDIDATE)
        .sorted(
            Comparator.comparingInt(PartitionTable::rank)
                .thenComparing(Comparator.comparingLong(Partition::length).reversed()))
        .toList();
  }

  /** The content of {@code partition}. */
  public ByteSource open(Partition partition) throws IOException {
    long size = disk.size();
    if (partition.end() > size) {
      throw new CorruptInputException(
          label + ": partition " + partition.number(),
          partition.start(),
          "it ends at 0x"
              + Long.toHexString(partition.end())
              + ", the disk at 0x"
              + Long.toHexString(size)
              + " (is the image truncated?)");
    }
    return disk.slice(partition.start(), partition.length());
  }

  private static int rank(Partition partition) {
    int byType =
        switch (partition.kind()) {
          case LINUX_ROOT -> 0;
          case LINUX -> 20;
          case OTHER -> 30;
          case LINUX_USR, LINUX_DATA -> 40;
          case MICROSOFT -> 50;
          case VERITY, LVM, RAID, ENCRYPTED -> NO_CANDIDATE;
          case SWAP, EFI_SYSTEM, EXTENDED_BOOT, BOOT_CODE, EXTENDED -> NO_CANDIDATE;
        };
    if (byType == NO_CANDIDATE) {
      return NO_CANDIDATE;
    }
    boolean named = ROOT_NAMES.contains(partition.name().toLowerCase(Locale.ROOT));
    return Math.min(byType, named ? 10 : byType) + (partition.hidden() ? 5 : 0);
  }
}
