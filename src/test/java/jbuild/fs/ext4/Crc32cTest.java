package jbuild.fs.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Check values of the catalogue of CRC algorithms, for the text 123456789. */
class Crc32cTest {
  private static final byte[] TEXT = "123456789".getBytes(StandardCharsets.US_ASCII);

  @Test
  void without_a_seed_it_is_the_inverse_of_the_known_sum() {
    assertEquals(~0xe3069283, Crc32c.from(Crc32c.NO_SEED).bytes(TEXT, 0, TEXT.length).value());
  }

  @Test
  void a_sum_can_go_on_from_where_another_ended() {
    int begin = Crc32c.from(Crc32c.NO_SEED).bytes(TEXT, 0, 4).value();
    assertEquals(~0xe3069283, Crc32c.from(begin).bytes(TEXT, 4, TEXT.length).value());
  }

  @Test
  void the_sum_of_nothing_is_the_seed() {
    for (int seed : new int[] {0, 1, -1, 0x12345678, 0x80000000}) {
      assertEquals(seed, Crc32c.from(seed).value());
    }
  }

  @Test
  void sixteen_bits_of_uninit_bg() {
    assertEquals(0x4b37, new Crc16().bytes(TEXT, 0, TEXT.length).value());
  }

  @Test
  void high_bits_first_of_the_journals_version_1() {
    Crc32Be crc = new Crc32Be();
    crc.add(TEXT);
    assertEquals(0x0376e6e7, crc.value());
  }
}
