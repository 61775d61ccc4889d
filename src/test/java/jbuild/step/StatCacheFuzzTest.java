package jbuild.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.linux.FileStat;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the file holds: it is looked up in and written anew without harm. */
class StatCacheFuzzTest {
  private static final String NAME = "context";

  @TempDir static Path temporary;

  @FuzzTest
  void records(byte[] content) throws IOException {
    DataRoot root = new DataRoot(temporary).create();
    Path file = root.statCache().resolve(NAME);
    Files.write(file, content);
    StatCache cache = StatCache.open(root, NAME);
    for (int at = 16; at + 80 <= content.length; at += 80) {
      byte[] digest = cache.find(stat(ByteBuffer.wrap(content, at, 80).slice()));
      assertTrue(digest == null || digest.length == 32);
    }
    FileStat added = new FileStat(1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 5, 6, 7, 0);
    byte[] digest = new byte[32];
    cache.remember(added, digest, 100);
    cache.save();
    assertArrayEquals(digest, StatCache.open(root, NAME).find(added));
  }

  private static FileStat stat(ByteBuffer record) {
    return new FileStat(
        record.getLong(),
        record.getLong(),
        0,
        0,
        0,
        0,
        0,
        0,
        record.getLong(),
        record.getLong(),
        record.getInt(),
        record.getLong(),
        record.getInt(),
        0);
  }
}
