package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import jbuild.linux.FileStat;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the content digest of files by what stat tells of them, so that an unchanged context is
 * recognised without reading it. Any write changes a file's ctime, and nothing can set a ctime, so
 * a record is as good as the clock: files that changed within the last second are not remembered.
 *
 * <p>The file: 16 bytes of head (magic, version, count), then records of 80 bytes in the order of
 * device and inode, big endian, looked up in place. It is derived; a damaged one counts as empty.
 */
final class StatCache {
  private static final int MAGIC = 0x6a427374; // "jBst"
  private static final int VERSION = 1;
  private static final int HEAD = 16;
  private static final int RECORD = 80;
  private static final int MAX_RECORDS = 4_000_000;

  /** A clock tick and more: the kernel stamps files with the time of the last tick. */
  private static final long SETTLED_SECONDS = 1;

  private record FileId(long device, long inode) implements Comparable<FileId> {
    @Override
    public int compareTo(FileId other) {
      int order = Long.compareUnsigned(device, other.device);
      return order != 0 ? order : Long.compareUnsigned(inode, other.inode);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  private record Known(FileStat stat, byte[] digest) {}

  private final DataRoot root;
  private final Path file;
  private final ByteBuffer records;
  private final int count;
  private final TreeMap<FileId, Known> fresh = new TreeMap<>();

  private StatCache(DataRoot root, Path file, ByteBuffer records, int count) {
    this.root = root;
    this.file = file;
    this.records = records;
    this.count = count;
  }

  /**
   * @param name of the file in the data root's {@code cache/stat/}
   */
  static StatCache open(DataRoot root, String name) throws IOException {
    Path file = root.statCache().resolve(name);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size >= HEAD && size <= HEAD + (long) RECORD * MAX_RECORDS) {
        ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        int count = all.getInt(8);
        if (all.getInt(0) == MAGIC
            && all.getInt(4) == VERSION
            && count >= 0
            && size == HEAD + (long) RECORD * count) {
          root.keep(file);
          return new StatCache(root, file, all.slice(HEAD, (int) size - HEAD), count);
        }
      }
    } catch (NoSuchFileException first) {
      // nothing is remembered yet
    }
    return new StatCache(root, file, ByteBuffer.allocate(0), 0);
  }

  /** The digest of the content that a file with exactly this stat had. */
  synchronized byte @Nullable [] find(FileStat stat) {
    FileId id = new FileId(stat.device(), stat.inode());
    Known known = fresh.get(id);
    if (known != null) {
      return sameContent(known.stat, stat) ? known.digest : null;
    }
    int at = position(id);
    if (at < 0
        || records.getLong(at + 16) != stat.size()
        || records.getLong(at + 24) != stat.mtimeSeconds()
        || records.getInt(at + 32) != stat.mtimeNanos()
        || records.getLong(at + 36) != stat.ctimeSeconds()
        || records.getInt(at + 44) != stat.ctimeNanos()) {
      return null;
    }
    return digestAt(at);
  }

  private byte[] digestAt(int at) {
    byte[] digest = new byte[32];
    records.get(at + 48, digest);
    return digest;
  }

  private static boolean sameContent(FileStat a, FileStat b) {
    return a.size() == b.size()
        && a.mtimeSeconds() == b.mtimeSeconds()
        && a.mtimeNanos() == b.mtimeNanos()
        && a.ctimeSeconds() == b.ctimeSeconds()
        && a.ctimeNanos() == b.ctimeNanos();
  }

  /** The offset of a file's record, or -1. */
  private int position(FileId id) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = middle * RECORD;
      int order = Long.compareUnsigned(id.device, records.getLong(at));
      order = order != 0 ? order : Long.compareUnsigned(id.inode, records.getLong(at + 8));
      if (order == 0) {
        return at;
      }
      if (order < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  /**
   * Remembers a digest of content that was read after {@code stat} was taken.
   *
   * @param statSeconds when it was taken, seconds since 1970
   */
  synchronized void remember(FileStat stat, byte[] digest, long statSeconds) {
    if (stat.ctimeSeconds() <= statSeconds - SETTLED_SECONDS) {
      fresh.put(new FileId(stat.device(), stat.inode()), new Known(stat, digest));
    }
  }

  /** Writes what is new beside what was there, at once for every reader. */
  synchronized void save() throws IOException {
    if (fresh.isEmpty()) {
      return;
    }
    if (count < MAX_RECORDS / 2) {
      for (int i = 0; i < count; i++) {
        int at = i * RECORD;
        fresh.putIfAbsent(
            new FileId(records.getLong(at), records.getLong(at + 8)),
            new Known(statAt(at), digestAt(at)));
      }
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD + RECORD * fresh.size());
    out.putInt(MAGIC).putInt(VERSION).putInt(fresh.size()).putInt(0);
    fresh.forEach((id, known) -> put(out, known));
    root.replaceNotDurably(file, out.array());
    fresh.clear();
  }

  private static void put(ByteBuffer out, Known known) {
    FileStat stat = known.stat;
    out.putLong(stat.device()).putLong(stat.inode()).putLong(stat.size());
    out.putLong(stat.mtimeSeconds()).putInt(stat.mtimeNanos());
    out.putLong(stat.ctimeSeconds()).putInt(stat.ctimeNanos());
    out.put(known.digest);
  }

  private FileStat statAt(int at) {
    return new FileStat(
        records.getLong(at),
        records.getLong(at + 8),
        0,
        0,
        0,
        0,
        0,
        0,
        records.getLong(at + 16),
        records.getLong(at + 24),
        records.getInt(at + 32),
        records.getLong(at + 36),
        records.getInt(at + 44),
        0);
  }
}
