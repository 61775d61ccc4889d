package jbuild.cgroup;

/** From a value as {@link ResourceLimits} keeps it to what is written into a file. */
enum Conversion {
  AS_IT_IS("as it is"),
  ONE("1"),
  KEY_AND_VALUE("KEY VALUE"),
  QUOTA("QUOTA PERIOD"),
  PERIOD("max PERIOD, before the quota"),
  CPUS("QUOTA 100000"),
  WEIGHT_OF_SHARES("ceil(10^((l² + 125 l) / 612 - 7/34)), l = log2(shares): 1024 is 100"),
  WEIGHT_OF_BLKIO("1 + (weight - 10) × 9999 / 990"),
  KEYED_WEIGHT_OF_BLKIO("MAJOR:MINOR and the same"),
  SWAP_ALONE("less the memory limit; -1 is max"),
  READ_BYTES("MAJOR:MINOR rbps=VALUE"),
  WRITE_BYTES("MAJOR:MINOR wbps=VALUE"),
  READ_OPERATIONS("MAJOR:MINOR riops=VALUE"),
  WRITE_OPERATIONS("MAJOR:MINOR wiops=VALUE");

  private static final int LEAST_SHARES = 2;
  private static final int MOST_SHARES = 262_144;
  private static final int MOST_WEIGHT = 10_000;

  private final String inWords;

  Conversion(String inWords) {
    this.inWords = inWords;
  }

  /** For the table of docs/cgroups.md. */
  String inWords() {
    return inWords;
  }

  String apply(ResourceLimits.Setting setting, ResourceLimits all) {
    String value = setting.value();
    return switch (this) {
      case AS_IT_IS -> value;
      case ONE -> "1";
      case KEY_AND_VALUE -> setting.key() + " " + value;
      case QUOTA -> value + " " + all.period();
      case PERIOD -> "max " + value;
      case CPUS -> value + " " + ResourceLimits.CPU_PERIOD_MICROS;
      case WEIGHT_OF_SHARES -> Long.toString(weightOfShares(Long.parseLong(value)));
      case WEIGHT_OF_BLKIO -> Long.toString(weightOfBlkio(Long.parseLong(value)));
      case KEYED_WEIGHT_OF_BLKIO -> setting.key() + " " + weightOfBlkio(Long.parseLong(value));
      case SWAP_ALONE -> swapAlone(Long.parseLong(value), all.number(Limit.MEMORY));
      case READ_BYTES -> setting.key() + " rbps=" + value;
      case WRITE_BYTES -> setting.key() + " wbps=" + value;
      case READ_OPERATIONS -> setting.key() + " riops=" + value;
      case WRITE_OPERATIONS -> setting.key() + " wiops=" + value;
    };
  }

  /**
   * The curve of OCI runtimes (runc since 1.3.2, crun since 1.23) through the three points that
   * mean the same in both versions: 2 is 1, 1024 is 100, 262144 is 10000.
   */
  static long weightOfShares(long shares) {
    if (shares <= LEAST_SHARES) {
      return 1;
    }
    if (shares >= MOST_SHARES) {
      return MOST_WEIGHT;
    }
    double l = Math.log(shares) / Math.log(2);
    return (long) Math.ceil(Math.pow(10, (l * l + 125 * l) / 612.0 - 7.0 / 34.0));
  }

  /** From 10..1000 to 1..10000. */
  private static long weightOfBlkio(long weight) {
    return 1 + (weight - 10) * 9999 / 990;
  }

  private static String swapAlone(long total, long memory) {
    return total < 0 ? "max" : Long.toString(total - memory);
  }
}
