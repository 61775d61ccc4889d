package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import jbuild.Allocation;
import org.jspecify.annotations.Nullable;

/** Any bytes as a compressed stream: content, or an error that names the format and the place. */
class CompressionFuzzTest {
  private static final int MOST_CONTENT = 1 << 20;

  /** What the launcher's heap of 144 MiB has room for beside everything else. */
  private static final long MOST_MEMORY = 96 << 20;

  @FuzzTest
  void any(byte[] input) throws IOException {
    Allocation.atMost(MOST_MEMORY, () -> content(input));
  }

  /** What this reader takes the JDK's takes too, with the same content. */
  @FuzzTest
  void gzip(byte[] input) throws IOException {
    byte[] damaged = input.clone();
    if (damaged.length >= 3) {
      System.arraycopy(new byte[] {0x1f, (byte) 0x8b, 8}, 0, damaged, 0, 3);
    }
    byte[] content = content(damaged);
    if (damaged.length >= 3 && content != null && content.length < MOST_CONTENT) {
      try (InputStream peer = new GZIPInputStream(new ByteArrayInputStream(damaged))) {
        assertArrayEquals(peer.readAllBytes(), content);
      }
    }
    ByteArrayOutputStream good = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(good)) {
      out.write(input);
    }
    assertArrayEquals(input, content(good.toByteArray()));
  }

  /** Null when the input is refused. */
  private static byte @Nullable [] content(byte[] input) throws IOException {
    try (InputStream in = Compression.decompress(new ByteArrayInputStream(input))) {
      return in.readNBytes(MOST_CONTENT);
    } catch (CorruptInputException refused) {
      assertTrue(refused.label().endsWith(" stream"), refused.getMessage());
      assertTrue(refused.offset() >= 0 && refused.offset() <= input.length, refused.getMessage());
      return null;
    }
  }
}
