package jbuild.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.cgroup.ResourceLimits;
import org.jspecify.annotations.Nullable;

/** {@code --memory}, {@code --cpus} and {@code --pids-limit}. */
final class LimitOptions {
  private LimitOptions() {}

  static List<OptionSpec> options(String whom) {
    return List.of(
        OptionSpec.value("BYTES", "Memory limit of " + whom + ", such as 512m.", "-m", "--memory"),
        OptionSpec.value("NUMBER", "Processors that " + whom + " may use, such as 1.5.", "--cpus"),
        OptionSpec.value("NUMBER", "Most processes and threads of " + whom + ".", "--pids-limit"));
  }

  static ResourceLimits of(Arguments arguments) throws UsageException {
    String memory = arguments.text("--memory");
    long pids = arguments.number("--pids-limit", 0);
    try {
      return new ResourceLimits(
          memory == null ? 0 : Amounts.parseBytes("--memory", memory),
          cpuMicros(arguments.text("--cpus")),
          Math.max(0, pids)); // docker's -1 means no limit
    } catch (IllegalArgumentException tooLittle) {
      throw new UsageException(String.valueOf(tooLittle.getMessage()));
    }
  }

  private static long cpuMicros(@Nullable String cpus) throws UsageException {
    if (cpus == null) {
      return 0;
    }
    try {
      BigDecimal number = new BigDecimal(cpus);
      if (number.signum() <= 0 || number.compareTo(BigDecimal.valueOf(1_000_000)) > 0) {
        throw new NumberFormatException();
      }
      BigDecimal period = BigDecimal.valueOf(ResourceLimits.CPU_PERIOD_MICROS);
      // Never down to 0, which is no limit.
      return number.multiply(period).setScale(0, RoundingMode.CEILING).longValue();
    } catch (NumberFormatException notANumber) {
      throw new UsageException("--cpus " + cpus + ": not a number of processors (such as 1.5)");
    }
  }
}
