package jbuild.oci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void is_the_sha_256_of_the_content() throws Exception {
    assertEquals(EMPTY, Digest.of(new byte[0]).toString());
    assertEquals(Digest.of(new byte[0]), Digest.parse(EMPTY));
  }

  @Test
  void small_content_has_the_digest_that_the_jdk_gives() {
    Random random = new Random(1);
    for (int length = 0; length < 400; length++) {
      byte[] content = new byte[length];
      random.nextBytes(content);
      assertArrayEquals(Digest.sha256().digest(content), SmallSha256.hash(content));
    }
    for (int length : new int[] {16 << 10, (16 << 10) + 1, 1 << 20}) {
      byte[] content = new byte[length];
      random.nextBytes(content);
      assertEquals(Digest.ofHash(Digest.sha256().digest(content)), Digest.of(content));
      assertArrayEquals(Digest.sha256().digest(content), SmallSha256.hash(content));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "sha256:abc",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85/",
        "sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
      })
  void other_forms_are_refused(String text) {
    OciFormatException e = assertThrows(OciFormatException.class, () -> Digest.parse(text));
    assertEquals(
        text + " is no digest of the form sha256:<64 lower-case hexadecimal digits>",
        e.getMessage());
  }

  @Test
  void chain_ids_follow_the_specification() throws Exception {
    Digest a = Digest.of("a".getBytes(StandardCharsets.US_ASCII));
    Digest b = Digest.of("b".getBytes(StandardCharsets.US_ASCII));
    Digest c = Digest.of("c".getBytes(StandardCharsets.US_ASCII));
    assertEquals(a, ChainId.of(List.of(a)));
    Digest ab = Digest.of((a + " " + b).getBytes(StandardCharsets.US_ASCII));
    assertEquals(ab, ChainId.of(List.of(a, b)));
    assertEquals(
        Digest.of((ab + " " + c).getBytes(StandardCharsets.US_ASCII)),
        ChainId.of(List.of(a, b, c)));
    assertEquals(ChainId.of(List.of(a, b, c)), ChainId.append(ab, c));
  }
}
