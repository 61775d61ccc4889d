package jbuild.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Looking for values in bytes. */
class SecretPatternsTest {
  private static Secrets secrets(String... values) {
    Map<String, byte[]> map = new java.util.HashMap<>();
    for (int i = 0; i < values.length; i++) {
      map.put("s" + i, values[i].getBytes(UTF_8));
    }
    return new Secrets(map);
  }

  @Test
  void every_place_of_a_value_is_found() {
    SecretPatterns patterns = secrets("hunter2-token\n").patterns();
    for (int at = 0; at < 200; at++) {
      byte[] text = new byte[400];
      Arrays.fill(text, (byte) 'e');
      System.arraycopy("hunter2-token".getBytes(UTF_8), 0, text, at, 13);
      SecretPatterns.Match match = patterns.find(text);
      assertNotNull(match, "at " + at);
      assertEquals(at, match.start());
      assertEquals("s0", match.id());
      assertNull(patterns.find(text, at + 1, text.length));
      assertNull(patterns.find(text, 0, at + 12));
    }
  }

  @Test
  void it_finds_what_a_plain_search_finds() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      String value = letters(random, 8 + random.nextInt(30));
      String other = letters(random, 8 + random.nextInt(200));
      String text =
          letters(random, 300) + (random.nextBoolean() ? value : other) + letters(random, 50);
      SecretPatterns.Match match = secrets(value, other).patterns().find(text.getBytes(UTF_8));
      boolean there = text.contains(value) || text.contains(other);
      assertEquals(there, match != null, value + " or " + other + " in " + text);
    }
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  @Test
  void base64_is_found_whatever_stands_before_the_value_and_for_urls_too() {
    SecretPatterns patterns = secrets("correct>horse?battery").patterns();
    for (String before : List.of("", "a", "ab", "abc")) {
      byte[] whole = (before + "correct>horse?battery!").getBytes(UTF_8);
      assertNotNull(patterns.find(Base64.getEncoder().encode(whole)), before);
      assertNotNull(patterns.find(Base64.getUrlEncoder().encode(whole)), before);
    }
    SecretPatterns.Match match = patterns.find(Base64.getEncoder().encode(new byte[60]));
    assertNull(match);
  }

  @Test
  void a_long_key_is_found_in_base64_that_is_broken_into_lines() {
    byte[] key = new byte[1700];
    new Random(1).nextBytes(key);
    SecretPatterns patterns = new Secrets(Map.of("key", key)).patterns();
    assertNotNull(patterns.find(Base64.getMimeEncoder().encode(key)));
    assertNotNull(patterns.find(Base64.getEncoder().encode(key)));
    assertNotNull(patterns.find(key));
    byte[] almost = key.clone();
    almost[800]++;
    assertNull(patterns.find(almost));
  }

  @Test
  void short_values_are_not_looked_for_and_named() {
    Secrets secrets = secrets("seven77", "eight888");
    assertEquals(List.of("s0"), secrets.tooShort());
    assertNull(secrets.patterns().find("seven77".getBytes(UTF_8)));
    assertNotNull(secrets.patterns().find("eight888".getBytes(UTF_8)));
  }

  @Test
  void without_secrets_nothing_is_found() {
    assertTrue(Secrets.NONE.patterns().isEmpty());
    assertNull(Secrets.NONE.patterns().find(new byte[100]));
  }

  @Test
  void a_value_is_never_in_a_text_about_it() {
    assertFalse(secrets("hunter2-token").toString().contains("hunter2"));
  }
}
