package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The beginning of a block is the beginning of what was encoded, wherever one stops. */
class PrefixDecodersTest {
  private static final byte[] TEXT = text();
  private static final int POSITION = 4711;

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
        new Format(
            "lz4",
            PrefixDecoders.lz4(),
            plain -> BlockDecodersTest.airlift(new Lz4Compressor(), plain)),
        new Format(
            "deflate", PrefixDecoders.deflate(), plain -> BlockDecodersTest.deflate(plain, true)),
        new Format("zstd", PrefixDecoders.zstd(), Zstd::compress),
        new Format("micro lzma", PrefixDecoders.microLzma(), BlockDecodersTest::microLzma));
  }

  /** Matches that overlap themselves, far ones, long ones, and what cannot be compressed. */
  private static byte[] text() {
    byte[] noise = new byte[700];
    new Random(1).nextBytes(noise);
    byte[] line = "a line that comes again, 0123456789\n".getBytes(StandardCharsets.UTF_8);
    byte[] text = new byte[6000];
    Arrays.fill(text, (byte) 'x');
    for (int start = 0; start < text.length; start += 2000) {
      System.arraycopy(noise, 0, text, start, noise.length);
      for (int i = 700; i < 1400; i++) {
        text[start + i] = line[i % line.length];
      }
    }
    return text;
  }

  /** The block stands somewhere in the input, between bytes that are no part of it. */
  private static byte[] decode(BlockDecoder decoder, byte[] encoded, int size) throws IOException {
    byte[] input = new byte[encoded.length + 20];
    Arrays.fill(input, (byte) 0x55);
    System.arraycopy(encoded, 0, input, 10, encoded.length);
    byte[] output = new byte[size];
    int length = decoder.decode("image", POSITION, input, 10, encoded.length, output);
    return Arrays.copyOf(output, length);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void every_beginning_of_a_block_can_be_had(Format format) throws IOException {
    byte[] encoded = format.encoder.encode(TEXT);
    for (int size = 0; size <= TEXT.length; size += size < 1500 ? 1 : 97) {
      assertArrayEquals(Arrays.copyOf(TEXT, size), decode(format.decoder, encoded, size));
    }
    assertArrayEquals(TEXT, decode(format.decoder, encoded, TEXT.length));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_block_that_was_cut_gives_what_is_there_or_an_error(Format format) throws IOException {
    byte[] encoded = format.encoder.encode(TEXT);
    for (int length = 0; length < encoded.length; length += 13) {
      byte[] cut = Arrays.copyOf(encoded, length);
      try {
        byte[] decoded = decode(format.decoder, cut, TEXT.length);
        assertTrue(decoded.length < TEXT.length, "all of it from a part");
        assertArrayEquals(Arrays.copyOf(TEXT, decoded.length), decoded);
      } catch (CorruptInputException e) {
        assertEquals("image", e.label());
        assertEquals(POSITION, e.offset());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void damage_is_an_error_or_other_bytes_and_never_more_than_asked_for(Format format)
      throws IOException {
    byte[] encoded = format.encoder.encode(TEXT);
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = encoded.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        assertTrue(decode(format.decoder, damaged, 3000).length <= 3000);
      } catch (CorruptInputException e) {
        assertEquals(POSITION, e.offset());
      }
    }
  }

  @Test
  void an_empty_lzma_block_is_an_error() {
    CorruptInputException e =
        assertThrows(
            CorruptInputException.class, () -> decode(PrefixDecoders.microLzma(), new byte[0], 10));
    assertTrue(e.getMessage().contains("lzma block is empty"), e.getMessage());
  }

  /** Sequences of LZ4, by hand: a token, literals, a distance of two bytes. */
  @ParameterizedTest
  @CsvSource({
    "30 616263, 10, abc",
    "30 616263, 2, ab",
    "10 61 0100 00, 5, aaaaa",
    "10 61 0100 00, 3, aaa",
    "14 61 0100, 9, aaaaaaaaa",
    "30 616263 0300 10 64, 8, abcabcad",
    "f0 00 616161616161616161616161616161 99, 15, aaaaaaaaaaaaaaa",
    "1f 61 0100 ff 00, 20, aaaaaaaaaaaaaaaaaaaa",
    "1f 61 0100 ffffffffffff00 ffffff, 4, aaaa",
  })
  void lz4_sequences_give_their_bytes(String hex, int size, String expected) throws IOException {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] decoded = decode(PrefixDecoders.lz4(), block, size);
    assertEquals(expected, new String(decoded, StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "30 6162, literals run over its end",
    "f0, ends within a length",
    "f0 ffff, ends within a length",
    "10 61 01, ends within a match",
    "1f 61 0100, ends within a length",
    "1f 61 0100 ff, ends within a length",
    "10 61 0000, match begins before its start",
    "10 61 0200, match begins before its start",
    "00 0100, match begins before its start",
  })
  void lz4_sequences_that_cannot_be_are_errors(String hex, String message) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    CorruptInputException e =
        assertThrows(CorruptInputException.class, () -> decode(PrefixDecoders.lz4(), block, 1000));
    assertTrue(e.getMessage().contains("lz4 block is damaged: " + message), e.getMessage());
  }

  @Test
  void a_length_of_lz4_that_no_number_holds_ends_with_the_output() throws IOException {
    byte[] block = new byte[9 << 20]; // a run of 2.3 billion bytes
    Arrays.fill(block, (byte) 0xff);
    block[0] = 0x1f;
    block[1] = 'a';
    block[2] = 1;
    block[3] = 0;
    block[block.length - 1] = 0;
    byte[] output = new byte[100];
    assertEquals(100, PrefixDecoders.lz4().decode("image", 0, block, 0, block.length, output));
    assertEquals('a', output[99]);
  }
}
