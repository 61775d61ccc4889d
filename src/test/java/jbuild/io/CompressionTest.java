package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
  private static final byte[] TEXT = text(300_000);

  private static byte[] text(int length) {
    byte[] bytes = new byte[length];
    Random random = new Random(7);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(4));
    }
    return bytes;
  }

  private static byte[] compress(Compression compression, byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (compression) {
          case NONE -> bytes;
          case GZIP -> new GZIPOutputStream(bytes);
          case BZIP2 -> new BZip2CompressorOutputStream(bytes, 1);
          case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
          case ZSTD -> new ZstdOutputStream(bytes).setChecksum(true);
        }) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] decompress(byte[] bytes) throws IOException {
    try (InputStream in = Compression.decompress(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static CorruptInputException refused(byte[] bytes) {
    return assertThrows(CorruptInputException.class, () -> decompress(bytes));
  }

  @ParameterizedTest
  @EnumSource
  void is_told_by_content_and_undone(Compression compression) throws IOException {
    byte[] packed = compress(compression, TEXT);
    assertEquals(compression, Compression.detect(packed, Compression.HEAD));
    assertArrayEquals(TEXT, decompress(packed));
  }

  @ParameterizedTest
  @EnumSource
  void streams_in_a_row_are_one_stream(Compression compression) throws IOException {
    byte[] packed = compress(compression, TEXT);
    assertArrayEquals(concat(TEXT, TEXT), decompress(concat(packed, packed)));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void input_that_ends_early_is_refused_wherever_it_ends(Compression compression)
      throws IOException {
    byte[] packed = compress(compression, Arrays.copyOf(TEXT, 2000));
    for (int length = Compression.HEAD; length < packed.length; length++) {
      CorruptInputException e = refused(Arrays.copyOf(packed, length));
      assertTrue(e.label().startsWith(compression.format()), e.getMessage());
      assertTrue(e.offset() <= length, e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void garbage_after_the_end_is_refused(Compression compression) throws IOException {
    refused(concat(compress(compression, TEXT), "garbage!".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_flipped_bit_is_noticed_and_never_more_than_an_io_error(Compression compression)
      throws IOException {
    byte[] plain = Arrays.copyOf(TEXT, 3000);
    byte[] packed = compress(compression, plain);
    for (int i = Compression.HEAD; i < packed.length; i++) {
      byte[] damaged = packed.clone();
      damaged[i] ^= 0x10;
      try {
        // a header field that says nothing about the content may change unseen
        assertArrayEquals(plain, decompress(damaged), "byte " + i);
      } catch (CorruptInputException expected) {
        assertTrue(expected.getMessage().contains("@0x"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void reading_ahead_gives_the_same_bytes(Compression compression) throws IOException {
    byte[] large = text(3_000_000);
    try (InputStream in =
        Compression.readAhead(new ByteArrayInputStream(compress(compression, large)))) {
      assertArrayEquals(large, in.readAllBytes());
    }
  }

  @Test
  void short_plain_input_is_plain() throws IOException {
    assertArrayEquals(new byte[] {0x1f}, decompress(new byte[] {0x1f}));
    assertArrayEquals(new byte[0], decompress(new byte[0]));
  }

  @Test
  void zeros_after_the_last_gzip_member_are_padding() throws IOException {
    byte[] packed = compress(Compression.GZIP, TEXT);
    assertArrayEquals(TEXT, decompress(concat(packed, new byte[100_000])));
    CorruptInputException e = refused(concat(packed, new byte[512], new byte[] {1}));
    assertEquals(packed.length + 512, e.offset());
    assertEquals("garbage after the last member", e.what());
  }

  @Test
  void all_optional_parts_of_a_gzip_header_are_read() throws IOException {
    byte[] member = compress(Compression.GZIP, TEXT);
    byte[] header =
        concat(
            HexFormat.of().parseHex("1f8b081e00000000" + "0003" + "0400" + "41424344"),
            "name\0comment\0".getBytes(StandardCharsets.ISO_8859_1));
    CRC32 crc = new CRC32();
    crc.update(header);
    byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    byte[] body = Arrays.copyOfRange(member, 10, member.length);
    assertArrayEquals(TEXT, decompress(concat(header, check, body)));
    check[0] ^= 1;
    assertTrue(refused(concat(header, check, body)).getMessage().contains("header's CRC"));
  }

  @Test
  void a_gzip_member_with_a_wrong_checksum_or_length_is_refused() throws IOException {
    byte[] packed = compress(Compression.GZIP, TEXT);
    byte[] wrongCrc = packed.clone();
    wrongCrc[packed.length - 8] ^= 1;
    assertTrue(refused(wrongCrc).getMessage().contains("CRC"));
    byte[] wrongLength = packed.clone();
    wrongLength[packed.length - 1] ^= 1;
    assertTrue(refused(wrongLength).getMessage().contains("length"));
  }

  @Test
  void skippable_zstd_frames_are_skipped() throws IOException {
    byte[] skippable = HexFormat.of().parseHex("502a4d18" + "03000000" + "616263");
    byte[] packed = compress(Compression.ZSTD, TEXT);
    assertArrayEquals(TEXT, decompress(concat(skippable, packed, skippable)));
  }

  @Test
  void a_zstd_window_beyond_128_mib_is_refused() {
    // RFC 8878 section 3.1.1.1.2: window descriptor 0x90 asks for 256 MiB
    refused(HexFormat.of().parseHex("28b52ffd" + "00" + "90" + "010000"));
  }

  @Test
  void an_xz_dictionary_beyond_that_of_xz_9_is_refused() throws IOException {
    int of64MiB = 28;
    int of96MiB = 29;
    int of1GiB = 36;
    assertArrayEquals(TEXT, decompress(xzWithDictionary(of64MiB)));
    assertTrue(refused(xzWithDictionary(of96MiB)).getMessage().contains("memory"));
    assertTrue(refused(xzWithDictionary(of1GiB)).getMessage().contains("memory"));
  }

  /**
   * @param size as The .xz File Format, section 5.3.1, encodes it
   */
  private static byte[] xzWithDictionary(int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options(0);
    try (XZOutputStream out = new XZOutputStream(bytes, options)) {
      out.write(TEXT);
    }
    byte[] packed = bytes.toByteArray();
    assertEquals(0x21, packed[14], "the LZMA2 filter's ID in the block header");
    packed[16] = (byte) size; // the header's CRC follows
    CRC32 crc = new CRC32();
    crc.update(packed, 12, 8);
    for (int i = 0; i < 4; i++) {
      packed[20 + i] = (byte) (crc.getValue() >> (8 * i));
    }
    return packed;
  }

  @Test
  void a_failure_of_the_input_is_not_called_corruption() {
    IOException cause = new IOException("disk on fire");
    for (String head : new String[] {"1f8b08", "425a6839", "fd377a585a00", "28b52ffd"}) {
      byte[] start = Arrays.copyOf(HexFormat.of().parseHex(head), Compression.HEAD);
      InputStream failing =
          new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
              if (at == start.length) {
                throw cause;
              }
              return start[at++] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              target[offset] = (byte) read();
              return 1;
            }
          };
      IOException thrown =
          assertThrows(
              IOException.class, () -> Compression.decompress(failing).readAllBytes(), head);
      assertSame(cause, thrown, head);
    }
  }

  @Test
  void what_came_before_a_failure_is_read_ahead_in_full() throws IOException {
    byte[] packed = compress(Compression.GZIP, TEXT);
    byte[] cut = Arrays.copyOf(packed, packed.length - 8);
    try (InputStream in = Compression.readAhead(new ByteArrayInputStream(cut))) {
      assertArrayEquals(TEXT, in.readNBytes(TEXT.length));
      CorruptInputException e = assertThrows(CorruptInputException.class, in::read);
      assertEquals("gzip stream", e.label());
      assertEquals(-1, in.read());
    }
  }

  @Test
  void closing_early_ends_the_thread_and_closes_the_input() throws Exception {
    Object closed = new Object();
    boolean[] done = new boolean[1];
    InputStream source =
        new ByteArrayInputStream(compress(Compression.GZIP, text(5_000_000))) {
          @Override
          public void close() {
            synchronized (closed) {
              done[0] = true;
              closed.notifyAll();
            }
          }
        };
    InputStream in = Compression.readAhead(source);
    in.read();
    in.close();
    assertThrows(IOException.class, in::read);
    synchronized (closed) {
      for (int i = 0; i < 100 && !done[0]; i++) {
        closed.wait(100);
      }
      assertTrue(done[0]);
    }
  }
}
