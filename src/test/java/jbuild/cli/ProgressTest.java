package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import jbuild.arguments.UsageException;
import jbuild.progress.BuildEvent;
import jbuild.progress.BuildEvent.Outcome;
import org.junit.jupiter.api.Test;

/** How a build's events and amounts are written. */
class ProgressTest {
  private static final BuildEvent.Step STEP = new BuildEvent.Step("one", 2, 3, "RUN make");

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PlainProgress progress = new PlainProgress(new PrintStream(written, true, UTF_8));

  private void says(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    progress.on(new BuildEvent.StepOutput(STEP, bytes, bytes.length));
  }

  @Test
  void a_step_is_one_line_and_its_output_is_indented_below_its_head() {
    progress.on(new BuildEvent.StepStarted(STEP));
    says("first\nsec");
    says("ond\nopen");
    progress.on(
        new BuildEvent.StepFinished(STEP, Outcome.DONE, Duration.ofMillis(1234), 2_500_000));
    String head = "[one 2/3] RUN make";
    assertEquals(
        head + "\n  first\n  second\n  open\n" + head + " ".repeat(53) + "1.23s   2.50MB\n",
        written.toString(UTF_8));
  }

  @Test
  void who_waits_for_another_build_says_so() {
    progress.on(new BuildEvent.StepWaiting(STEP));
    progress.on(new BuildEvent.StepFinished(STEP, Outcome.CACHED, Duration.ZERO, -1));
    assertEquals(
        "[one 2/3] RUN make  waits for another build that does the same step",
        written.toString(UTF_8).lines().findFirst().orElseThrow());
  }

  @Test
  void a_failed_step_ends_its_open_line() {
    says("open");
    progress.on(new BuildEvent.StepFailed(STEP));
    progress.on(new BuildEvent.Warning("later"));
    assertEquals("[one 2/3] RUN make\n  open\nwarning: later\n", written.toString(UTF_8));
  }

  @Test
  void sizes_have_three_digits() {
    assertEquals("999B", Amounts.bytes(999));
    assertEquals("1.00kB", Amounts.bytes(1000));
    assertEquals("9.99kB", Amounts.bytes(9994));
    assertEquals("10.0kB", Amounts.bytes(9995));
    assertEquals("100kB", Amounts.bytes(99_950));
    assertEquals("1.00MB", Amounts.bytes(999_500));
    assertEquals("9223PB", Amounts.bytes(Long.MAX_VALUE));
  }

  @Test
  void sizes_are_read_in_binary_units() throws Exception {
    assertEquals(512L << 20, Amounts.parseBytes("-m", "512m"));
    assertEquals(2L << 30, Amounts.parseBytes("-m", "2GiB"));
    assertEquals(65536, Amounts.parseBytes("-m", "65536"));
    assertEquals(1024, Amounts.parseBytes("-m", "1kb"));
  }

  @Test
  void sizes_have_plain_digits_and_no_sign() {
    for (String wrong :
        new String[] {"+2", "-2", "\u0662k", "", "k", "b", "1.5g", "9223372036854775807k"}) {
      assertThrows(UsageException.class, () -> Amounts.parseBytes("-m", wrong), wrong);
    }
  }

  @Test
  void ages_are_in_words() {
    Instant now = Instant.parse("2020-01-10T00:00:00Z");
    assertEquals("-", Amounts.age(null, now));
    assertEquals("0 seconds ago", Amounts.age("2020-01-10T00:00:05Z", now));
    assertEquals("119 seconds ago", Amounts.age("2020-01-09T23:58:01Z", now));
    assertEquals("2 minutes ago", Amounts.age("2020-01-09T23:58:00Z", now));
    assertEquals("9 days ago", Amounts.age("2020-01-01T00:00:00Z", now));
    assertEquals("yesterday", Amounts.age("yesterday", now));
  }
}
