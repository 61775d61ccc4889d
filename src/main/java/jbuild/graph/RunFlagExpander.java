package jbuild.graph;

import java.math.BigDecimal;
import java.math.RoundingMode;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.Flag;
import jbuild.buildfile.GoDuration;
import jbuild.buildfile.Origin;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the flags of RUN that are more than a choice. */
final class RunFlagExpander {
  private static final BigDecimal MOST_CPUS = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal CPU_PERIOD_MICROS = BigDecimal.valueOf(100_000);
  private static final int MAX_NUMBER = 18;

  private final Buildfile buildfile;
  private final WordExpander words;

  RunFlagExpander(Buildfile buildfile, WordExpander words) {
    this.buildfile = buildfile;
    this.words = words;
  }

  RunFlags expand(Origin origin) throws BuildfileException {
    Flag security = origin.flag("security");
    Flag noCache = origin.flag("no-cache");
    return new RunFlags(
        security != null && "insecure".equals(security.value()),
        noCache != null && noCache.isOn(),
        read(origin.flag("timeout"), RunFlagExpander::timeout),
        read(origin.flag("memory"), ByteSize::parse),
        read(origin.flag("cpus"), RunFlagExpander::cpus),
        read(origin.flag("pids-limit"), RunFlagExpander::pids));
  }

  private interface Reader {
    long read(String text) throws SyntaxException;
  }

  private @Nullable Long read(@Nullable Flag flag, Reader reader) throws BuildfileException {
    String value = words.expand(flag);
    if (flag == null || value == null) {
      return null;
    }
    try {
      return reader.read(value);
    } catch (SyntaxException wrong) {
      throw buildfile.error(flag.range(), "--" + flag.name() + ": " + wrong.getMessage());
    }
  }

  private static long timeout(String text) throws SyntaxException {
    String example = text + " (such as 90s or 1h30m)";
    long nanos;
    try {
      nanos = GoDuration.parse(text);
    } catch (SyntaxException notOne) {
      throw new SyntaxException("not a time: " + example);
    }
    if (nanos <= 0) {
      throw new SyntaxException("not a time that passes: " + example);
    }
    return nanos;
  }

  private static long cpus(String text) throws SyntaxException {
    try {
      BigDecimal number = new BigDecimal(text);
      if (number.signum() > 0 && number.compareTo(MOST_CPUS) <= 0) {
        return number.multiply(CPU_PERIOD_MICROS).setScale(0, RoundingMode.CEILING).longValue();
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new SyntaxException("not a number of processors: " + text + " (such as 1.5)");
  }

  /** docker's -1 means no limit. */
  private static long pids(String text) throws SyntaxException {
    try {
      long number = text.length() > MAX_NUMBER ? -2 : Long.parseLong(text);
      if (number >= -1) {
        return Math.max(0, number);
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new SyntaxException("not a number of processes: " + text);
  }
}
