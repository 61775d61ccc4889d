package jbuild.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import jbuild.Allocation;

/** Documents of others: what is read can be written, and then reads and writes the same. */
class OciFuzzTest {
  private interface Document {
    /** Reads a document and writes it again. */
    byte[] copy(byte[] json) throws IOException;
  }

  private static void comesBack(byte[] json, Document document) throws IOException {
    byte[] written =
        Allocation.atMost(
            (2 << 20) + 500L * json.length,
            () -> {
              try {
                return document.copy(json);
              } catch (OciFormatException refused) {
                assertTrue(refused.getMessage().startsWith("image "), refused.getMessage());
                return null;
              }
            });
    if (written != null) {
      assertArrayEquals(written, document.copy(written));
    }
  }

  @FuzzTest
  void manifest(byte[] json) throws IOException {
    comesBack(json, text -> Manifest.fromJson(text).toJson());
  }

  @FuzzTest
  void index(byte[] json) throws IOException {
    comesBack(json, text -> ImageIndex.fromJson(text).toJson());
  }

  @FuzzTest
  void config(byte[] json) throws IOException {
    comesBack(json, text -> ImageConfig.fromJson(text).toJson());
  }

  /** Names, digests, times and platforms: what is read prints as it was, or as the same again. */
  @FuzzTest
  void names(byte[] input) {
    String text = new String(input, UTF_8);
    try {
      ImageReference name = ImageReference.parse(text);
      assertEquals(text, name.toString());
      assertFalse(name.repository().isEmpty() || name.repository().contains("//"));
    } catch (OciFormatException refused) {
      assertTrue(refused.getMessage().contains(text) || text.contains("@"), refused.getMessage());
    }
    try {
      assertEquals(text, Platform.parse(text).toString());
    } catch (OciFormatException refused) {
      assertTrue(refused.getMessage().startsWith("platform: "));
    }
    try {
      assertEquals(text, Digest.parse(text).toString());
    } catch (OciFormatException refused) {
      assertTrue(refused.getMessage().contains("sha256:"));
    }
    time(text);
  }

  private static void time(String text) {
    try {
      var time = Rfc3339.parse(text);
      if (time.getEpochSecond() >= -62_167_219_200L && time.getEpochSecond() < 253_402_300_800L) {
        assertEquals(time, Rfc3339.parse(Rfc3339.format(time)));
      }
    } catch (OciFormatException refused) {
      assertTrue(refused.getMessage().startsWith("time: "));
    }
  }
}
