package jbuild.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "hello,                      hello,                   -",
        "hello:1.0,                  hello,                   1.0",
        "a/b/c:_x,                   a/b/c,                   _x",
        "localhost:5000/x,           localhost:5000/x,        -",
        "localhost:5000/x:y,         localhost:5000/x,        y",
        "Example.COM/x,              Example.COM/x,           -",
        "EXAMPLE/x,                  EXAMPLE/x,               -",
        "[2001:db8::1]:5000/x:t,     [2001:db8::1]:5000/x,    t",
        "a.b_c__d---e:T,             a.b_c__d---e,            T",
        "xn--n3h.com/x,              xn--n3h.com/x,           -"
      })
  void is_read_as_typed(String text, String repository, String tag) throws Exception {
    ImageReference reference = ImageReference.parse(text);
    assertEquals(repository, reference.repository());
    assertEquals(tag, reference.tag());
    assertNull(reference.digest());
    assertEquals(text, reference.toString());
  }

  @Test
  void may_hold_a_digest() throws Exception {
    ImageReference both = ImageReference.parse("a:b@" + DIGEST);
    assertEquals("b", both.tag());
    assertEquals(DIGEST, String.valueOf(both.digest()));
    assertEquals("a:b@" + DIGEST, both.toString());
    ImageReference alone = ImageReference.parse("a@" + DIGEST);
    assertNull(alone.effectiveTag());
    assertNull(alone.storedName());
  }

  @Test
  void without_a_tag_means_latest_and_prints_without() throws Exception {
    ImageReference plain = ImageReference.parse("hello");
    assertEquals("latest", plain.effectiveTag());
    assertEquals("hello:latest", plain.storedName());
    assertEquals("hello", plain.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a:",
        ":a",
        "/a",
        "a/",
        "a//b",
        "A",
        "a/B",
        "-a",
        "a-",
        "a..b",
        "a___b",
        "_a",
        "a._b",
        "a b",
        "a:b c",
        "a:-b",
        "a:.b",
        "a@",
        "a@sha256:1",
        "é",
        "a:é",
        "../a",
        "a/../b",
        "-x.com/a",
        "x-.com/a",
        "x..com/a",
        "x.com:port/a",
        "x.com:/a",
        "a\n",
        "[::1/a",
        "[]/a"
      })
  void other_forms_are_refused(String text) {
    assertThrows(OciFormatException.class, () -> ImageReference.parse(text));
  }

  @Test
  void lengths_are_limited() throws Exception {
    ImageReference.parse("a".repeat(255) + ":" + "t".repeat(128));
    assertThrows(OciFormatException.class, () -> ImageReference.parse("a".repeat(256)));
    assertThrows(OciFormatException.class, () -> ImageReference.parse("a:" + "t".repeat(129)));
  }

  @Test
  void an_error_shows_what_was_typed() {
    OciFormatException e =
        assertThrows(OciFormatException.class, () -> ImageReference.parse("My App"));
    assertEquals(
        "image name: My App: each part must be lower-case letters and digits, joined by '.', '_',"
            + " '__' or dashes",
        e.getMessage());
  }
}
