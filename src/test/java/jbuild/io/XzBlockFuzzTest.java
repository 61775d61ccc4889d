package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import jbuild.Allocation;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.SingleXZInputStream;

/** What is decoded of .xz is what XZ for Java decodes; the rest is refused in the one way. */
class XzBlockFuzzTest {
  private static final int ROOM = 1 << 16;
  private static final int DICTIONARY = 1 << 12;
  private static final int PEER_MEMORY_KIB = 64 << 10;
  private static final long MOST_MEMORY = 4 << 20;

  private final BlockDecoder decoder = BlockDecoders.xz();

  /** A stream; the CRC32s of its header and of its first block's are put right. */
  @FuzzTest
  void stream(byte[] input) throws IOException {
    byte[] encoded = input.clone();
    putCrc(encoded, 6, 8);
    if (encoded.length > 12) {
      putCrc(encoded, 12, 12 + (encoded[12] & 0xff) * 4);
    }
    Allocation.atMost(MOST_MEMORY, () -> content(encoded));
    byte[] content = content(encoded);
    if (content != null) {
      assertArrayEquals(
          peer(new SingleXZInputStream(new ByteArrayInputStream(encoded), PEER_MEMORY_KIB)),
          content);
    }
  }

  /** Chunks of LZMA2 without the container, so that no check is in the way. */
  @FuzzTest
  void chunks(byte[] input) throws IOException {
    byte[] roomy = Arrays.copyOf(input, input.length + LzmaDecoder.SLACK);
    byte[] output = new byte[ROOM];
    Lzma2Decoder lzma2 = new Lzma2Decoder();
    try {
      lzma2.decode(roomy, 0, input.length, output, 0, DICTIONARY);
    } catch (DataFormatException refused) {
      return;
    }
    assertTrue(lzma2.inputEnd() <= input.length);
    assertArrayEquals(
        peer(new LZMA2InputStream(new ByteArrayInputStream(input), DICTIONARY)),
        Arrays.copyOf(output, lzma2.outputEnd()));
  }

  private static void putCrc(byte[] bytes, int from, int to) {
    if (to > bytes.length - 4) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(to, (int) crc.getValue());
  }

  /** Null when the input is refused. */
  private byte @Nullable [] content(byte[] encoded) throws IOException {
    byte[] output = new byte[ROOM];
    try {
      return Arrays.copyOf(output, decoder.decode("test", 3, encoded, 0, encoded.length, output));
    } catch (CorruptInputException refused) {
      assertEquals("test", refused.label());
      assertEquals(3, refused.offset());
      return null;
    }
  }

  private static byte[] peer(InputStream in) throws IOException {
    try (in) {
      return in.readAllBytes();
    }
  }
}
