package jbuild.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "0,           0,         1970-01-01T00:00:00Z",
    "1700000000,  120000000, 2023-11-14T22:13:20.12Z",
    "1700000000,  1,         2023-11-14T22:13:20.000000001Z",
    "-1,          999999999, 1969-12-31T23:59:59.999999999Z",
    "951782400,   0,         2000-02-29T00:00:00Z",
    "-62167219200,0,         0000-01-01T00:00:00Z",
  })
  void is_written_as_go_does_and_read_back(long seconds, int nanos, String text) throws Exception {
    Instant time = Instant.ofEpochSecond(seconds, nanos);
    assertEquals(text, Rfc3339.format(time));
    assertEquals(time, Rfc3339.parse(text));
  }

  @Test
  void offsets_and_long_fractions_are_read() throws Exception {
    assertEquals(
        Instant.parse("2026-11-21T19:00:00.123456789Z"),
        Rfc3339.parse("2026-11-21T20:30:00.1234567891234+01:30"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026",
        "2026-11-21",
        "2026-11-21T19:00:00",
        "2026-11-21 19:00:00Z",
        "2026-13-21T19:00:00Z",
        "2026-02-29T19:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T19:00:00.Z",
        "2026-11-21T19:00:00Zx",
        "2026-11-21T19:00:00+01",
        "2026-11-21T19:00:00+99:00",
        "+026-11-21T19:00:00Z",
        "2026-11-21T19:00:00.5"
      })
  void other_forms_are_refused(String text) {
    assertThrows(OciFormatException.class, () -> Rfc3339.parse(text));
  }

  @Test
  void years_beyond_9999_cannot_be_written() {
    assertThrows(
        IllegalArgumentException.class, () -> Rfc3339.format(Instant.ofEpochSecond(253402300800L)));
  }
}
