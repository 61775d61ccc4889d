package jbuild.oci;

import java.io.IOException;
import java.util.List;

/**
 * Docker's health check (docker-image-spec v1, "Healthcheck"). Times are in nanoseconds, 0 means
 * the default.
 *
 * @param test {@code NONE}, or {@code CMD} and arguments, or {@code CMD-SHELL} and one command;
 *     empty to inherit
 */
public record Healthcheck(
    List<String> test,
    long interval,
    long timeout,
    long startPeriod,
    long startInterval,
    long retries) {

  public Healthcheck {
    test = List.copyOf(test);
  }

  static Healthcheck readMembers(JsonReader in) throws OciFormatException {
    List<String> test = List.of();
    long interval = 0;
    long timeout = 0;
    long startPeriod = 0;
    long startInterval = 0;
    long retries = 0;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "Test" -> test = in.strings();
        case "Interval" -> interval = in.integer();
        case "Timeout" -> timeout = in.integer();
        case "StartPeriod" -> startPeriod = in.integer();
        case "StartInterval" -> startInterval = in.integer();
        case "Retries" -> retries = in.integer();
        default -> in.raw();
      }
    }
    return new Healthcheck(test, interval, timeout, startPeriod, startInterval, retries);
  }

  void write(JsonWriter out) throws IOException {
    out.startObject("Healthcheck");
    out.strings("Test", test);
    out.integerUnlessZero("Interval", interval);
    out.integerUnlessZero("Timeout", timeout);
    out.integerUnlessZero("StartPeriod", startPeriod);
    out.integerUnlessZero("StartInterval", startInterval);
    out.integerUnlessZero("Retries", retries);
    out.endObject();
  }
}
