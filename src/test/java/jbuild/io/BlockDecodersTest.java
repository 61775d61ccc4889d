package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lzo.LzoCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Every decoder gives back what an encoder of its format made, and nothing else. */
class BlockDecodersTest {
  private static final int DICTIONARY = 1 << 16;
  private static final byte[] TEXT =
      "a line that comes again and again, 0123456789\n"
          .repeat(900)
          .getBytes(StandardCharsets.UTF_8);

  private interface Encoder {
    byte[] encode(byte[] plain) throws IOException;
  }

  private record Format(String name, BlockDecoder decoder, Encoder encoder) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Format> formats() {
    return Stream.of(
        new Format("zlib", BlockDecoders.zlib(), plain -> deflate(plain, false)),
        new Format("deflate", BlockDecoders.deflate(), plain -> deflate(plain, true)),
        new Format("xz", BlockDecoders.xz(), BlockDecodersTest::xz),
        new Format("lzma", BlockDecoders.lzma(), BlockDecodersTest::lzma),
        new Format("micro lzma", BlockDecoders.microLzma(DICTIONARY), BlockDecodersTest::microLzma),
        new Format("lzo", BlockDecoders.lzo(), plain -> airlift(new LzoCompressor(), plain)),
        new Format("lz4", BlockDecoders.lz4(), plain -> airlift(new Lz4Compressor(), plain)),
        new Format("zstd", BlockDecoders.zstd(), Zstd::compress));
  }

  static byte[] deflate(byte[] plain, boolean raw) {
    Deflater deflater = new Deflater(9, raw);
    deflater.setInput(plain);
    deflater.finish();
    byte[] out = new byte[plain.length + 100];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }

  private static byte[] xz(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LZMA2Options lzma = new LZMA2Options();
    lzma.setDictSize(DICTIONARY);
    try (XZOutputStream xz =
        new XZOutputStream(
            out, new org.tukaani.xz.FilterOptions[] {new X86Options(), lzma}, XZ.CHECK_CRC32)) {
      xz.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] lzma(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options();
    options.setDictSize(DICTIONARY);
    try (LZMAOutputStream lzma = new LZMAOutputStream(out, options, plain.length)) {
      lzma.write(plain);
    }
    return out.toByteArray();
  }

  /**
   * As liblzma's lzma_microlzma_encoder: no header, and the properties instead of the first byte.
   */
  static byte[] microLzma(byte[] plain) throws IOException {
    byte[] lzma = lzma(plain);
    byte[] micro = Arrays.copyOfRange(lzma, 13, lzma.length);
    assertEquals(0, micro[0]);
    micro[0] = (byte) ~lzma[0];
    return micro;
  }

  static byte[] airlift(Compressor compressor, byte[] plain) {
    byte[] out = new byte[compressor.maxCompressedLength(plain.length)];
    int length = compressor.compress(plain, 0, plain.length, out, 0, out.length);
    return Arrays.copyOf(out, length);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void gives_back_what_was_encoded(Format format) throws IOException {
    byte[] encoded = format.encoder.encode(TEXT);
    byte[] surrounded = new byte[encoded.length + 20];
    System.arraycopy(encoded, 0, surrounded, 10, encoded.length);
    byte[] out = new byte[TEXT.length];
    assertEquals(
        TEXT.length, format.decoder.decode("test", 0, surrounded, 10, encoded.length, out));
    assertArrayEquals(TEXT, out);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void says_how_much_came_when_there_is_more_room(Format format) throws IOException {
    if (format.name.equals("micro lzma")) {
      return; // it does not know its own length and fills what it is given
    }
    byte[] encoded = format.encoder.encode(TEXT);
    byte[] out = new byte[TEXT.length + 1000];
    assertEquals(TEXT.length, format.decoder.decode("test", 0, encoded, 0, encoded.length, out));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void more_than_there_is_room_for_is_an_error_with_its_place(Format format) throws IOException {
    if (format.name.equals("micro lzma")) {
      return; // as above: a prefix is what it is asked for
    }
    byte[] encoded = format.encoder.encode(TEXT);
    CorruptInputException error =
        assertThrows(
            CorruptInputException.class,
            () ->
                format.decoder.decode(
                    "test", 0x123, encoded, 0, encoded.length, new byte[TEXT.length / 2]));
    assertTrue(error.getMessage().startsWith("test @0x123: "), error.getMessage());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void damaged_blocks_end_with_an_error_or_with_other_bytes(Format format) throws IOException {
    byte[] encoded = format.encoder.encode(TEXT);
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      byte[] damaged = encoded.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      int length = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      byte[] out = new byte[TEXT.length];
      try {
        int count = format.decoder.decode("test", 0, damaged, 0, length, out);
        assertTrue(count >= 0 && count <= out.length, "count " + count);
      } catch (CorruptInputException expected) {
        assertTrue(expected.getMessage().startsWith("test @0x0: "), expected.getMessage());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void nothing_at_all_is_an_error(Format format) {
    assertThrows(
        CorruptInputException.class,
        () -> format.decoder.decode("test", 0, new byte[0], 0, 0, new byte[10]));
  }
}
