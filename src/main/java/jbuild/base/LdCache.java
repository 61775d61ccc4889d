package jbuild.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * {@code /etc/ld.so.cache}: where ldconfig(8) found which library. The format is glibc's {@code
 * sysdeps/generic/dl-cache.h}, {@code struct cache_file_new}; older ldconfigs write {@code struct
 * cache_file} before it.
 *
 * <p>Entries for particular CPUs (glibc-hwcaps) are left out: an image is to run elsewhere too, and
 * the baseline library is always there as well.
 */
final class LdCache {
  private static final String OLD_MAGIC = "ld.so-1.7.0\0";
  private static final String NEW_MAGIC = "glibc-ld.so.cache1.1";
  private static final int OLD_ENTRY_SIZE = 12;
  private static final int HEADER_SIZE = 48;
  private static final int ENTRY_SIZE = 24;
  private static final int LARGEST = 64 << 20;

  /**
   * Names and paths together are at most so many times as long as the file. Entries may share a
   * string, but a path holds its library's name, so that no honest file comes near this; in a
   * hostile one every entry could have the same million bytes.
   */
  private static final int MOST_SHARING = 4;

  /** In the header's flags: {@code cache_file_new_flags_endian_big}. */
  private static final int BIG_ENDIAN = 3;

  static final LdCache EMPTY = new LdCache(Map.of());

  private final Map<ByteString, List<ByteString>> paths;

  private LdCache(Map<ByteString, List<ByteString>> paths) {
    this.paths = paths;
  }

  /** Paths of the libraries called {@code name}, best first, of any architecture. */
  List<ByteString> find(ByteString name) {
    return paths.getOrDefault(name, List.of());
  }

  static LdCache read(String label, ByteSource file) throws IOException {
    long size = file.size();
    if (size > LARGEST) {
      throw new CorruptInputException(label, 0, "has " + size + " bytes");
    }
    ByteReader cache = ByteReader.of(label, file, 0, (int) size);
    int start = newFormat(cache, (int) size);
    if (start < 0) {
      return EMPTY; // only the format from before glibc 2.2: no loader of today reads it
    }
    cache.seek(start + 20 + 8);
    if ((cache.u8("flags") & 3) == BIG_ENDIAN) {
      cache.bigEndian();
    }
    cache.seek(start + 20);
    int room = (int) size - start - HEADER_SIZE;
    int count = (int) cache.u32("number of libraries", 0, room / ENTRY_SIZE);
    Map<ByteString, List<ByteString>> paths = new HashMap<>(count * 2);
    long length = 0;
    for (int i = 0; i < count; i++) {
      cache.seek(start + HEADER_SIZE + i * ENTRY_SIZE);
      cache.skip("flags", 4); // tells the architecture: the library's own header is asked instead
      int key = (int) cache.u32("name offset", 0, size - start);
      int value = (int) cache.u32("path offset", 0, size - start);
      cache.skip("os version", 4);
      if (cache.s64("hwcap") != 0) {
        continue;
      }
      ByteString name = string(cache, start + key);
      ByteString path = string(cache, start + value);
      length += name.length() + path.length();
      if (length > MOST_SHARING * size) {
        throw cache.corrupt("the names and paths are longer than the file");
      }
      paths.computeIfAbsent(name, first -> new ArrayList<>(2)).add(path);
    }
    return new LdCache(paths);
  }

  /** Where the new format starts, or -1; string offsets count from there too. */
  private static int newFormat(ByteReader cache, int size) throws CorruptInputException {
    if (starts(cache, 0, size, NEW_MAGIC)) {
      return 0;
    }
    if (!starts(cache, 0, size, OLD_MAGIC)) {
      throw cache.seek(0).corrupt("no magic of a loader's cache");
    }
    long count = cache.seek(OLD_MAGIC.length()).u32("number of old entries");
    long end = OLD_MAGIC.length() + 4 + count * OLD_ENTRY_SIZE;
    long aligned = (end + 7) & ~7; // ALIGN_CACHE: alignment of struct cache_file_new
    return aligned <= size && starts(cache, (int) aligned, size, NEW_MAGIC) ? (int) aligned : -1;
  }

  private static boolean starts(ByteReader cache, int at, int size, String magic)
      throws CorruptInputException {
    return at + HEADER_SIZE <= size
        && cache.seek(at).string("magic", magic.length()).equalsAscii(magic);
  }

  private static ByteString string(ByteReader cache, int at) throws CorruptInputException {
    cache.seek(at);
    int length = 0;
    while (cache.u8("string") != 0) {
      length++;
    }
    return cache.seek(at).string("string", length);
  }
}
