package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import org.junit.jupiter.api.Test;

class LdCacheTest {
  private static final int START = 32; // old header and one old entry, aligned to 8

  private static LdCache read(byte[] bytes) throws IOException {
    return LdCache.read("ld.so.cache", ByteSource.of(ByteBuffer.wrap(bytes)));
  }

  /** Two entries for liba.so, the second only for CPUs with hwcap bits, one for libb.so. */
  private static byte[] cache(int start) {
    byte[] strings =
        "liba.so\0/lib/liba.so\0libb.so\0/lib/libb.so\0".getBytes(StandardCharsets.US_ASCII);
    int stringsAt = 48 + 3 * 24;
    ByteBuffer out = ByteBuffer.allocate(start + stringsAt + strings.length);
    out.order(ByteOrder.LITTLE_ENDIAN);
    if (start > 0) {
      out.put("ld.so-1.7.0\0".getBytes(StandardCharsets.US_ASCII)).putInt(1).position(start);
    }
    out.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII));
    out.putInt(3).putInt(strings.length).putInt(2).position(start + 48);
    int[][] entries = {{0, 8, 0}, {0, 8, 4}, {21, 29, 0}};
    for (int[] entry : entries) {
      out.putInt(0x303).putInt(stringsAt + entry[0]).putInt(stringsAt + entry[1]);
      out.putInt(0).putLong(entry[2]);
    }
    return out.put(strings).array();
  }

  @Test
  void finds_baseline_libraries_by_name() throws IOException {
    LdCache cache = read(cache(0));
    assertEquals(List.of(ByteString.of("/lib/liba.so")), cache.find(ByteString.of("liba.so")));
    assertEquals(List.of(ByteString.of("/lib/libb.so")), cache.find(ByteString.of("libb.so")));
    assertEquals(List.of(), cache.find(ByteString.of("libc.so")));
  }

  @Test
  void finds_the_new_format_behind_the_old_one() throws IOException {
    LdCache cache = read(cache(START));
    assertEquals(List.of(ByteString.of("/lib/libb.so")), cache.find(ByteString.of("libb.so")));
  }

  @Test
  void entries_that_all_share_one_long_string_are_refused() {
    int count = 1000;
    int stringsAt = 48 + count * 24;
    ByteBuffer out = ByteBuffer.allocate(stringsAt + 30_000).order(ByteOrder.LITTLE_ENDIAN);
    out.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII)).putInt(count);
    for (int i = 0; i < count; i++) {
      out.putInt(48 + i * 24 + 4, stringsAt).putInt(48 + i * 24 + 8, stringsAt + i);
    }
    Arrays.fill(out.array(), stringsAt, out.capacity() - 1, (byte) 'x');
    CorruptInputException refused =
        assertThrows(CorruptInputException.class, () -> read(out.array()));
    assertTrue(refused.what().contains("longer than the file"), refused.what());
  }

  @Test
  void a_count_that_the_file_has_no_room_for_is_refused() {
    byte[] bytes = cache(0);
    bytes[20] = 50;
    CorruptInputException e = assertThrows(CorruptInputException.class, () -> read(bytes));
    assertEquals("ld.so.cache @0x14: number of libraries is 50, not in 0 to 4", e.getMessage());
  }

  @Test
  void strings_outside_of_the_file_or_without_end_are_refused() {
    byte[] outside = cache(0);
    outside[48 + 6] = 1;
    assertThrows(CorruptInputException.class, () -> read(outside));
    byte[] endless = cache(0);
    endless[endless.length - 1] = 'x';
    assertThrows(CorruptInputException.class, () -> read(endless));
  }

  @Test
  void something_else_is_refused() {
    assertThrows(CorruptInputException.class, () -> read(new byte[100]));
  }
}
