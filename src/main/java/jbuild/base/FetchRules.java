package jbuild.base;

import java.time.Duration;

/**
 * How files are fetched.
 *
 * @param maxBytes the size of the largest file
 * @param maxTime that one file may take, all attempts together
 */
public record FetchRules(Proxies proxies, long maxBytes, Duration maxTime) {
  /** Nothing but the patience of the user is in the way. */
  public static final FetchRules UNLIMITED =
      new FetchRules(Proxies.NONE, Long.MAX_VALUE, Duration.ofDays(365));

  /** As these, through the proxies that an environment names. */
  public FetchRules with(Proxies others) {
    return new FetchRules(others, maxBytes, maxTime);
  }
}
