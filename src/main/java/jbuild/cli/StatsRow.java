package jbuild.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import jbuild.cgroup.CgroupUsage;

/**
 * What stats shows of one container: two looks at it, some time apart.
 *
 * @param nanos between the two looks
 * @param memoryOfMachine in bytes, the limit of a container that has none
 */
record StatsRow(
    String id,
    String name,
    CgroupUsage before,
    CgroupUsage now,
    long nanos,
    NetworkUsage network,
    long memoryOfMachine) {
  private static final String UNKNOWN = "--";
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB"};

  /** docker's digits: as many as these, wherever the point is. */
  private static final MathContext FOUR = new MathContext(4, RoundingMode.HALF_UP);

  private static final MathContext THREE = new MathContext(3, RoundingMode.HALF_UP);

  /** docker's columns. */
  static Table table() {
    return new Table(
        "CONTAINER ID",
        "NAME",
        "CPU %",
        "MEM USAGE / LIMIT",
        "MEM %",
        "NET I/O",
        "BLOCK I/O",
        "PIDS");
  }

  void addTo(Table table) {
    table.row(
        id,
        name,
        percent(cpu()),
        binary(now.memoryBytes()) + " / " + binary(memoryLimit()),
        percent(memory()),
        decimal(network.received()) + " / " + decimal(network.sent()),
        decimal(now.readBytes()) + " / " + decimal(now.writtenBytes()),
        Long.toString(now.pids()));
  }

  void print(JsonOutput json) throws java.io.IOException {
    json.startObject();
    json.text("id", id);
    json.text("name", name);
    json.raw("cpuPercent", number(cpu()));
    json.number("cpuMicros", now.cpuMicros());
    json.number("memoryBytes", now.memoryBytes());
    json.number("memoryLimitBytes", memoryLimit());
    json.raw("memoryPercent", number(memory()));
    json.number("networkReceivedBytes", network.received());
    json.number("networkSentBytes", network.sent());
    json.number("blockReadBytes", now.readBytes());
    json.number("blockWrittenBytes", now.writtenBytes());
    json.number("pids", now.pids());
    json.endObject();
  }

  private long memoryLimit() {
    long limit = now.memoryLimitBytes();
    return limit == 0 || limit > memoryOfMachine ? memoryOfMachine : limit;
  }

  /** Of one processor, in hundredths of a percent; less than 0 if it is not known. */
  private long cpu() {
    if (before.cpuMicros() < 0 || now.cpuMicros() < 0 || nanos <= 0) {
      return CgroupUsage.UNKNOWN;
    }
    return Math.max(0, (now.cpuMicros() - before.cpuMicros()) * 10_000_000 / nanos);
  }

  private long memory() {
    return now.memoryBytes() < 0
        ? CgroupUsage.UNKNOWN
        : (long) (10_000.0 * now.memoryBytes() / Math.max(1, memoryLimit()));
  }

  private static String percent(long hundredths) {
    return hundredths < 0 ? UNKNOWN : number(hundredths) + "%";
  }

  private static String number(long hundredths) {
    return hundredths < 0 ? "null" : BigDecimal.valueOf(hundredths, 2).toPlainString();
  }

  static String binary(long bytes) {
    return bytes < 0 ? UNKNOWN : scaled(bytes, 1024, BINARY, FOUR);
  }

  static String decimal(long bytes) {
    return bytes < 0 ? UNKNOWN : scaled(bytes, 1000, DECIMAL, THREE);
  }

  private static String scaled(long bytes, int step, String[] units, MathContext digits) {
    BigDecimal value = BigDecimal.valueOf(bytes);
    BigDecimal factor = BigDecimal.valueOf(step);
    int unit = 0;
    while (value.compareTo(factor) >= 0 && unit < units.length - 1) {
      value = value.divide(factor, MathContext.DECIMAL64);
      unit++;
    }
    BigDecimal rounded = value.round(digits);
    return (rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString())
        + units[unit];
  }
}
