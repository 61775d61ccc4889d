package jbuild.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import jbuild.Allocation;

/** Whatever a record's file holds: a step that prints as the same again, or a miss. */
class BuildCacheFuzzTest {
  @FuzzTest
  void record(byte[] text) throws IOException {
    CacheRecord step =
        Allocation.atMost((2 << 20) + 500L * text.length, () -> CacheRecord.parse(text));
    if (step != null) {
      assertEquals(step, CacheRecord.parse(step.print()));
    }
  }
}
