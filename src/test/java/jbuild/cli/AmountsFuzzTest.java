package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import jbuild.arguments.UsageException;

/** Sizes and ages as people and other tools write them. */
class AmountsFuzzTest {
  @FuzzTest
  void bytes(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      long bytes = Amounts.parseBytes("--memory", text);
      assertTrue(bytes >= 0, text);
      assertTrue(text.charAt(0) >= '0' && text.charAt(0) <= '9', text);
      assertTrue(Amounts.bytes(bytes).matches("[0-9]+([.][0-9]{1,2})?[kMGTP]?B"), text);
      String duration = Amounts.duration(Duration.ofMillis(bytes / 1000));
      assertTrue(duration.matches("[0-9]+m[0-9]+s|[0-9]+[.][0-9]{2}s"), duration);
    } catch (UsageException refused) {
      assertTrue(refused.getMessage().startsWith("--memory "));
    }
  }

  @FuzzTest
  void age(byte[] input) {
    String created = new String(input, StandardCharsets.UTF_8);
    String age = Amounts.age(created, Instant.ofEpochSecond(1_800_000_000));
    if (!age.endsWith(" ago")) {
      assertEquals(created, age);
    }
    assertFalse(age.startsWith("-") && age.endsWith(" ago") && !age.equals(created), age);
  }
}
