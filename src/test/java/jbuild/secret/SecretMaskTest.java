package jbuild.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is printed of secrets. */
class SecretMaskTest {
  private static String shown(String secret, String text, int piece) {
    SecretMask mask = new SecretMask(new Secrets(Map.of("s", secret.getBytes(UTF_8))));
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += piece) {
      shown.writeBytes(mask.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece))));
    }
    shown.writeBytes(mask.finish());
    return shown.toString(UTF_8);
  }

  @Test
  void a_secret_is_hidden_wherever_the_reads_cut_it() {
    String text = "a hunter2-token b hunter2-tok hunter2-token";
    for (int piece = 1; piece <= text.length(); piece++) {
      assertEquals("a *** b hunter2-tok ***", shown("hunter2-token\n", text, piece), "" + piece);
    }
  }

  @Test
  void what_only_begins_like_a_secret_is_shown_in_the_end() {
    assertEquals("hunter2-toke", shown("hunter2-token", "hunter2-toke", 3));
    assertEquals("hunter2-hunter2-***", shown("hunter2-x", "hunter2-hunter2-hunter2-x", 4));
  }

  @Test
  void base64_of_a_secret_is_hidden_at_every_offset() {
    for (String before : new String[] {"", "u", "us", "use"}) {
      String encoded =
          Base64.getEncoder().encodeToString((before + "correct horse!").getBytes(UTF_8));
      String shown = shown("correct horse!", encoded, 5);
      assertTrue(shown.contains("***"), encoded + " was shown as " + shown);
    }
  }

  @Test
  void lines_of_a_key_are_hidden_one_by_one() {
    String key = "-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----\n";
    assertEquals("x *** y", shown(key, "x DDDDEEEEFFFF y", 64));
    assertEquals("-----BEGIN KEY-----", shown(key, "-----BEGIN KEY-----", 64));
  }

  @Test
  void short_values_are_hidden_and_very_short_ones_are_not() {
    assertEquals("pin ***", shown("1234", "pin 1234", 2));
    assertEquals("no no no", shown("no", "no no no", 2));
  }

  @Test
  void without_secrets_everything_is_shown_at_once() {
    byte[] text = {1, 2, 3};
    assertEquals(text, new SecretMask(Secrets.NONE).add(text));
  }
}
