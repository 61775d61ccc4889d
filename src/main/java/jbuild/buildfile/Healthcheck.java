package jbuild.buildfile;

import java.util.List;

/**
 * What HEALTHCHECK stores in the image configuration: {@code test} starts with NONE, CMD or
 * CMD-SHELL; durations are nanoseconds, 0 inherits the base image's or the runtime's default.
 */
public record Healthcheck(
    List<String> test,
    long interval,
    long timeout,
    long startPeriod,
    long startInterval,
    int retries) {
  public Healthcheck {
    test = List.copyOf(test);
  }
}
