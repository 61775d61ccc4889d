package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.Allocation;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/** Programs and the loader's cache, with any bytes: facts, or an error that names the place. */
class ElfFuzzTest {
  @FuzzTest
  void elf(byte[] bytes) throws IOException {
    ElfFile file =
        Allocation.atMost(
            (4 << 20) + 2000L * bytes.length,
            () -> {
              try {
                return ElfFile.read("program", ByteSource.of(ByteBuffer.wrap(bytes)));
              } catch (CorruptInputException damaged) {
                assertTrue(damaged.getMessage().startsWith("program: "), damaged.getMessage());
                return null;
              }
            });
    if (file != null) {
      for (ByteString name : file.needed()) {
        assertTrue(name.indexOf('\0') < 0 && name.length() < bytes.length);
      }
    }
  }

  @FuzzTest
  void cache(byte[] bytes) throws IOException {
    Allocation.atMost(
        (2 << 20) + 100L * bytes.length,
        () -> {
          try {
            return LdCache.read("ld.so.cache", ByteSource.of(ByteBuffer.wrap(bytes)));
          } catch (CorruptInputException damaged) {
            assertTrue(damaged.getMessage().startsWith("ld.so.cache"), damaged.getMessage());
            return null;
          }
        });
  }
}
