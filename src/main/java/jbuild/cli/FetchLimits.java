package jbuild.cli;

import java.time.Duration;
import java.util.Map;
import jbuild.arguments.UsageException;
import jbuild.base.FetchRules;
import jbuild.base.Proxies;

/** How much may be fetched for a build, and how long that may take. */
final class FetchLimits {
  private static final String BYTES = "JBUILD_FETCH_LIMIT";
  private static final String TIME = "JBUILD_FETCH_TIMEOUT";
  private static final long MAX_BYTES = 32L << 30;
  private static final Duration MAX_TIME = Duration.ofHours(2);

  private FetchLimits() {}

  static FetchRules of(Map<String, String> environment) throws UsageException {
    String bytes = environment.get(BYTES);
    String time = environment.get(TIME);
    return new FetchRules(
        Proxies.of(environment),
        bytes == null ? MAX_BYTES : Amounts.parseBytes(BYTES, bytes),
        time == null ? MAX_TIME : Amounts.parseDuration(TIME, time));
  }
}
