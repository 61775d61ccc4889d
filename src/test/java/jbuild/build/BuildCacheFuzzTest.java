package jbuild.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import jbuild.Allocation;

/** Whatever a record's file holds: a step that prints as the same again, or a miss. */
class BuildCacheFuzzTest {
  @FuzzTest
  @DictionaryFile(resourcePath = "/jbuild/oci/oci.dict")
  void record(byte[] text) throws IOException {
    CachedStep step =
        Allocation.atMost((2 << 20) + 500L * text.length, () -> BuildCache.parse(text));
    if (step != null) {
      assertEquals(step, BuildCache.parse(BuildCache.print(step)));
    }
  }
}
