package jbuild.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import jbuild.base.Validators;
import jbuild.oci.Digest;
import jbuild.oci.OciFormatException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a URL: three lines, the content's digest, ETag and Last-Modified. The last two
 * may be empty.
 */
record HttpRecord(Digest content, Validators validators) {
  private static final int MAX_SIZE = 64 << 10;

  /** Null when there is none, or nothing that can be read. */
  static @Nullable HttpRecord read(Path file) throws IOException {
    String[] lines;
    try (InputStream in = Files.newInputStream(file)) {
      lines = new String(in.readNBytes(MAX_SIZE), StandardCharsets.UTF_8).split("\n", -1);
    } catch (NoSuchFileException none) {
      return null;
    }
    if (lines.length < 3) {
      return null;
    }
    try {
      return new HttpRecord(
          Digest.parse(lines[0]), new Validators(orNull(lines[1]), orNull(lines[2])));
    } catch (OciFormatException damaged) {
      return null;
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  byte[] print() {
    return (content + "\n" + line(validators.tag()) + "\n" + line(validators.lastModified()) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String line(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[\\r\\n]", "");
  }

  /** RFC 9110, section 5.6.7; 0 for what is no time. */
  long modifiedSeconds() {
    String text = validators.lastModified();
    if (text == null) {
      return 0;
    }
    try {
      long seconds =
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
      return Math.max(seconds, 0);
    } catch (DateTimeException notOne) {
      return 0;
    }
  }
}
