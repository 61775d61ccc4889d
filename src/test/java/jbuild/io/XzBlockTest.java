package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Blocks of .xz are decoded as XZ for Java does, or refused. */
class XzBlockTest {
  private static final int STREAM_HEADER = 12;
  private static final int FOOTER = 12;
  private static final int[] CHECKS = {
    XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256
  };

  private final BlockDecoder decoder = BlockDecoders.xz();

  private static byte[] xz(byte[] plain, int check, FilterOptions... filters) throws IOException {
    return xz(plain, plain.length, check, filters);
  }

  /** Blocks of {@code blockSize}. */
  private static byte[] xz(byte[] plain, int blockSize, int check, FilterOptions... filters)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XZOutputStream xz = new XZOutputStream(out, filters, check)) {
      for (int at = 0; at < plain.length; at += blockSize) {
        xz.write(plain, at, Math.min(blockSize, plain.length - at));
        xz.endBlock();
      }
    }
    return out.toByteArray();
  }

  private static LZMA2Options lzma2(int preset, int dictionary) throws IOException {
    LZMA2Options options = new LZMA2Options(preset);
    options.setDictSize(dictionary);
    return options;
  }

  private static LZMA2Options lzma2() throws IOException {
    return lzma2(6, 1 << 20);
  }

  private static byte[] random(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Some of everything: runs, matches near and far, literals, what cannot be compressed. */
  private static byte[] mixed(long seed, int size) {
    Random random = new Random(seed);
    byte[] bytes = new byte[size];
    int at = 0;
    while (at < size) {
      int count = Math.min(size - at, 1 + random.nextInt(random.nextInt(20) == 0 ? 9000 : 40));
      int back = 1 + random.nextInt(random.nextInt(3) == 0 ? at + 1 : 300);
      boolean match = random.nextInt(3) != 0 && back <= at;
      for (int i = at; i < at + count; i++) {
        bytes[i] = match ? bytes[i - back] : (byte) random.nextInt(random.nextInt(2) * 255 + 1);
      }
      at += count;
    }
    return bytes;
  }

  /** Many opcodes of the x86 filter, close to each other, and operands that it takes. */
  private static byte[] code(int size) {
    Random random = new Random(7);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] =
          switch (random.nextInt(7)) {
            case 0 -> (byte) 0xe8;
            case 1 -> (byte) 0xe9;
            case 2 -> 0;
            case 3 -> -1;
            default -> (byte) random.nextInt();
          };
    }
    return bytes;
  }

  private byte[] decode(byte[] encoded, int room) throws IOException {
    byte[] out = new byte[room];
    return Arrays.copyOf(out, decoder.decode("test", 0x40, encoded, 0, encoded.length, out));
  }

  private void gives(byte[] plain, byte[] encoded) throws IOException {
    assertArrayEquals(plain, decode(encoded, plain.length));
    byte[] surrounded = new byte[encoded.length + 100];
    Arrays.fill(surrounded, (byte) 0xa5);
    System.arraycopy(encoded, 0, surrounded, 50, encoded.length);
    byte[] out = new byte[plain.length + 1];
    assertEquals(plain.length, decoder.decode("test", 0, surrounded, 50, encoded.length, out));
    assertArrayEquals(plain, Arrays.copyOf(out, plain.length));
  }

  private void refuses(String what, byte[] encoded, int room) {
    CorruptInputException error =
        assertThrows(CorruptInputException.class, () -> decode(encoded, room));
    assertEquals("test @0x40: xz block " + what, error.getMessage());
  }

  /** Null when XZ for Java refuses it, or it has more than there is room for. */
  private static byte @Nullable [] peer(byte[] encoded, int room) {
    try (InputStream in = new SingleXZInputStream(new ByteArrayInputStream(encoded), 64 << 10)) {
      byte[] content = in.readNBytes(room + 1);
      return content.length > room ? null : content;
    } catch (IOException e) {
      return null;
    }
  }

  /** Puts the CRC32 of the {@code count} bytes before {@code at} there. */
  private static byte[] withCrc(byte[] bytes, int at, int count) {
    CRC32 crc = new CRC32();
    crc.update(bytes, at - count, count);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) crc.getValue());
    return bytes;
  }

  private static int blockHeaderSize(byte[] encoded) {
    return (encoded[STREAM_HEADER] + 1) * 4;
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 100, 4096, 65536, 131072, 300_000, 1 << 20})
  void every_size_and_preset_gives_back_what_was_encoded(int size) throws IOException {
    byte[] plain = mixed(size, size);
    for (int preset : new int[] {0, 3, 6}) {
      gives(plain, xz(plain, CHECKS[preset % 4], lzma2(preset, 1 << 20)));
    }
  }

  @Test
  void every_lc_lp_and_pb_gives_back_what_was_encoded() throws IOException {
    byte[] plain = mixed(3, 20_000);
    for (int lc = 0; lc <= 4; lc++) {
      for (int lp = 0; lp <= 4 - lc; lp++) {
        for (int pb = 0; pb <= 4; pb++) {
          LZMA2Options options = lzma2(1, 1 << 16);
          options.setLcLp(lc, lp);
          options.setPb(pb);
          gives(plain, xz(plain, XZ.CHECK_CRC32, options));
        }
      }
    }
  }

  @Test
  void content_that_cannot_be_compressed_is_in_plain_chunks() throws IOException {
    byte[] noise = random(new Random(1), 200_000);
    gives(noise, xz(noise, XZ.CHECK_CRC64, lzma2()));
    byte[] both = mixed(5, 400_000);
    System.arraycopy(noise, 0, both, 100_000, noise.length);
    gives(both, xz(both, XZ.CHECK_CRC64, lzma2()));
  }

  @Test
  void one_byte_again_and_again_is_a_match_with_itself() throws IOException {
    byte[] zeros = new byte[1 << 20];
    gives(zeros, xz(zeros, XZ.CHECK_CRC32, lzma2()));
  }

  @Test
  void a_dictionary_smaller_than_the_content_is_enough() throws IOException {
    byte[] plain = mixed(9, 200_000);
    gives(plain, xz(plain, XZ.CHECK_CRC32, lzma2(6, 4096)));
  }

  @Test
  void every_check_is_verified() throws IOException {
    byte[] plain = mixed(1, 5000);
    String[] names = {"CRC32", "CRC64", "SHA-256"};
    int[] sizes = {4, 8, 32};
    for (int i = 0; i < names.length; i++) {
      byte[] encoded = xz(plain, CHECKS[i + 1], lzma2());
      gives(plain, encoded);
      int index = (encoded[encoded.length - FOOTER + 4] + 1) * 4;
      int check = encoded.length - FOOTER - index - sizes[i];
      refuses(
          "is damaged: its content has another " + names[i],
          changed(encoded, check, encoded[check] ^ 1),
          plain.length);
    }
  }

  @Test
  void several_blocks_follow_each_other() throws IOException {
    byte[] plain = mixed(2, 50_000);
    gives(plain, xz(plain, 7000, XZ.CHECK_CRC32, lzma2()));
    byte[] code = code(50_000);
    gives(code, xz(code, 7001, XZ.CHECK_CRC32, new X86Options(), lzma2()));
  }

  @Test
  void the_x86_filter_is_undone() throws IOException {
    for (int size = 0; size < 40; size++) {
      byte[] code = code(size);
      gives(code, xz(code, XZ.CHECK_CRC32, new X86Options(), lzma2()));
    }
    byte[] code = code(1 << 20);
    gives(code, xz(code, XZ.CHECK_CRC32, new X86Options(), lzma2(0, 1 << 20)));
  }

  @Test
  void other_filters_are_decoded_as_well() throws IOException {
    byte[] plain = mixed(4, 30_000);
    X86Options moved = new X86Options();
    moved.setStartOffset(4096);
    gives(plain, xz(plain, XZ.CHECK_CRC32, new DeltaOptions(3), lzma2()));
    gives(plain, xz(plain, XZ.CHECK_CRC32, moved, lzma2()));
    gives(plain, xz(plain, XZ.CHECK_CRC32, new X86Options(), new DeltaOptions(1), lzma2()));
  }

  @Test
  void what_does_not_fit_is_longer_than_it_should_be() throws IOException {
    byte[] plain = mixed(6, 100_000);
    byte[] noise = random(new Random(2), 1000);
    String longer = "is longer than it should be when decoded";
    refuses(longer, xz(plain, XZ.CHECK_CRC32, lzma2()), plain.length - 1);
    refuses(longer, xz(noise, XZ.CHECK_CRC32, lzma2()), noise.length - 1);
    refuses(longer, xz(plain, 10_000, XZ.CHECK_CRC32, lzma2()), 45_000);
    refuses(longer, xz(plain, XZ.CHECK_CRC32, new DeltaOptions(1), lzma2()), plain.length - 1);
  }

  @Test
  void every_truncation_ends_early() throws IOException {
    byte[] plain = mixed(8, 3000);
    byte[] encoded = xz(plain, XZ.CHECK_CRC32, lzma2());
    for (int length = 0; length < encoded.length; length++) {
      refuses("ends early", Arrays.copyOf(encoded, length), plain.length);
    }
  }

  @Test
  void every_byte_of_a_stream_is_verified() throws IOException {
    byte[] plain = mixed(8, 300);
    byte[] encoded = xz(plain, 200, XZ.CHECK_CRC32, lzma2());
    for (int at = 0; at < encoded.length; at++) {
      byte[] damaged = changed(encoded, at, encoded[at] ^ 0x10);
      assertThrows(CorruptInputException.class, () -> decode(damaged, plain.length), "byte " + at);
    }
  }

  @Test
  void damage_is_named() throws IOException {
    byte[] encoded = xz(mixed(8, 300), XZ.CHECK_CRC32, lzma2());
    int data = STREAM_HEADER + blockHeaderSize(encoded);
    int footer = encoded.length - FOOTER;
    refuses("is damaged: it does not begin as an .xz stream", changed(encoded, 1, 0), 300);
    refuses("is damaged: its header has another CRC32", changed(encoded, 9, 0), 300);
    refuses("is damaged: its block header has another CRC32", changed(encoded, 14, 9), 300);
    refuses("is damaged: first chunk begins no dictionary", changed(encoded, data, 0x80), 300);
    refuses("is damaged: chunk has the control byte 3", controls(encoded, 0x01, 0x03), 300);
    refuses("is damaged: first lzma chunk has no properties", controls(encoded, 0x01, 0xa0), 300);
    refuses("is damaged: lzma properties are 225", changed(encoded, data + 5, 225), 300);
    refuses("is damaged: lzma properties are 13", changed(encoded, data + 5, 13), 300);
    refuses("is damaged: range coder begins with a wrong byte", changed(encoded, data + 6, 1), 300);
    refuses("is damaged: its index has another CRC32", changed(encoded, footer - 1, 0), 300);
    refuses("is damaged: its footer has another CRC32", changed(encoded, footer, 0), 300);
    refuses(
        "is damaged: its footer does not belong to it",
        changed(encoded, encoded.length - 1, 0),
        300);
  }

  /** A plain chunk of one byte with the first control byte, then one with the second. */
  private static byte[] controls(byte[] encoded, int first, int second) {
    int data = STREAM_HEADER + blockHeaderSize(encoded);
    byte[] copy = encoded.clone();
    byte[] chunks = {(byte) first, 0, 0, 'x', (byte) second, 0, 0, 0, 4};
    System.arraycopy(chunks, 0, copy, data, chunks.length);
    return copy;
  }

  @Test
  void sizes_in_the_block_header_must_be_those_of_the_block() throws IOException {
    byte[] plain = random(new Random(3), 50);
    byte[] encoded = xz(plain, XZ.CHECK_NONE, lzma2());
    gives(plain, withSizes(encoded, 0xc0, 54, 50));
    refuses(
        "is damaged: its compressed size is 53, it has 54 bytes",
        withSizes(encoded, 0x40, 53, -1),
        50);
    refuses(
        "is damaged: its uncompressed size is 51, it has 50 bytes",
        withSizes(encoded, 0x80, 51, -1),
        50);
  }

  /**
   * Puts sizes into the block header's padding; it has room for two of one byte, and one does not
   * use the other.
   */
  private static byte[] withSizes(byte[] encoded, int flags, int first, int second) {
    byte[] copy = encoded.clone();
    int at = STREAM_HEADER + 1;
    List<Byte> header = new ArrayList<>(List.of((byte) flags, (byte) first));
    if (second >= 0) {
      header.add((byte) second);
    }
    for (int i = 1; i <= 3; i++) {
      header.add(encoded[at + i]); // LZMA2, the length of its properties, its dictionary
    }
    for (byte value : header) {
      copy[at++] = value;
    }
    int size = blockHeaderSize(encoded);
    return withCrc(copy, STREAM_HEADER + size - 4, size - 4);
  }

  @Test
  void a_match_beyond_the_dictionary_is_refused_though_the_output_has_it() throws IOException {
    byte[] noise = random(new Random(4), 6000);
    byte[] plain = Arrays.copyOf(noise, 12_000);
    System.arraycopy(noise, 0, plain, 6000, 6000);
    byte[] encoded = xz(plain, XZ.CHECK_CRC32, lzma2(6, 8192));
    gives(plain, encoded);
    byte[] smaller = encoded.clone();
    smaller[STREAM_HEADER + 4] = 0; // 4 KiB
    int size = blockHeaderSize(encoded);
    withCrc(smaller, STREAM_HEADER + size - 4, size - 4);
    refuses("is damaged: match begins before the dictionary", smaller, plain.length);
  }

  @Test
  void damaged_blocks_are_refused_or_have_the_content_that_the_peer_sees() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] plain = mixed(i, 1 + random.nextInt(2000));
      byte[] encoded = xz(plain, XZ.CHECK_NONE, lzma2(i % 7, 4096));
      int room = plain.length + random.nextInt(2) * 1000;
      for (int j = 0; j < 50; j++) {
        byte[] damaged = encoded.clone();
        int at = 24 + random.nextInt(encoded.length - 24);
        damaged[at] ^= (byte) (1 << random.nextInt(8));
        agrees(damaged, room);
      }
    }
  }

  private void agrees(byte[] encoded, int room) throws IOException {
    byte[] seen;
    try {
      seen = decode(encoded, room);
    } catch (CorruptInputException refused) {
      return;
    }
    assertArrayEquals(peer(encoded, room), seen);
  }

  @Test
  void a_decoder_goes_on_after_an_error() throws IOException {
    byte[] plain = mixed(10, 30_000);
    byte[] encoded = xz(plain, XZ.CHECK_CRC32, lzma2());
    refuses("ends early", Arrays.copyOf(encoded, encoded.length / 2), plain.length);
    gives(plain, encoded);
  }
}
