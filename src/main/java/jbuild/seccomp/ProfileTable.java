package jbuild.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The lines of docker-default.txt, which describes its own format. */
final class ProfileTable {
  private static final String RESOURCE = "docker-default.txt";
  private static final String NOT_THERE = "-";

  private ProfileTable() {}

  /**
   * A system call of the profile.
   *
   * @param capabilities bits of which one is needed; 0 if none is
   */
  record Line(String name, int number, long capabilities) {}

  /** The calls that {@code architecture} has. */
  static List<Line> read(Architecture architecture) {
    List<Line> lines = new ArrayList<>(400);
    try (InputStream in = ProfileTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks jbuild/seccomp/" + RESOURCE);
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        String[] fields = text.split(" ", -1);
        String number = fields[architecture == Architecture.X86_64 ? 1 : 2];
        if (!number.equals(NOT_THERE)) {
          long capabilities = fields.length > 3 ? bits(fields[3]) : 0;
          lines.add(new Line(fields[0], Integer.parseInt(number), capabilities));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("read jbuild/seccomp/" + RESOURCE + " in the jar", e);
    }
    return lines;
  }

  private static long bits(String numbers) {
    long bits = 0;
    for (String number : numbers.split(",", -1)) {
      bits |= 1L << Integer.parseInt(number);
    }
    return bits;
  }
}
