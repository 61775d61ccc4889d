package jbuild.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which system calls a sandboxed program may make. Docker's default profile, with these
 * differences, all to the strict side: 32-bit and x32 programs are not served (Docker allows both),
 * and arguments of type int are compared as the kernel sees them, not in 64 bits.
 */
public final class SeccompProfile {
  /** Places in {@code struct seccomp_data}. */
  private static final int DATA_NUMBER = 0;

  private static final int DATA_ARCHITECTURE = 4;

  private static final int RETURN_KILL_PROCESS = 0x80000000;

  /** Set in the number of an x32 call, which otherwise looks like one of x86-64. */
  private static final int X32_BIT = 0x40000000;

  private final Architecture architecture;

  /** Rules by the first number they hold for; each holds up to the next one. */
  private final NavigableMap<Integer, Rule> ranges;

  private SeccompProfile(Architecture architecture, NavigableMap<Integer, Rule> ranges) {
    this.architecture = architecture;
    this.ranges = ranges;
  }

  /**
   * Docker's default profile.
   *
   * @param capabilities what the program may have, bit n for capability n: some calls are allowed
   *     only with a capability that guards them anyway
   */
  public static SeccompProfile docker(Architecture architecture, long capabilities) {
    Map<Integer, Rule> rules = new HashMap<>();
    int last = 0;
    for (ProfileTable.Line line : ProfileTable.read(architecture)) {
      boolean granted = line.capabilities() == 0 || (line.capabilities() & capabilities) != 0;
      Rule rule = rule(line.name(), granted);
      if (rule != Rule.DENY) {
        rules.put(line.number(), rule);
        last = Math.max(last, line.number());
      }
    }
    return new SeccompProfile(architecture, ranges(rules, last));
  }

  /** {@link #docker} compiled; for Docker's default capabilities that was done beforehand. */
  public static byte[] dockerFilter(Architecture architecture, long capabilities) {
    return capabilities == DefaultFilter.CAPABILITIES
        ? DefaultFilter.of(architecture)
        : docker(architecture, capabilities).compile();
  }

  private static Rule rule(String name, boolean granted) {
    return switch (name) {
      case "socket" -> Rule.SOCKET;
      case "personality" -> Rule.PERSONALITY;
      case "clone" -> granted ? Rule.ALLOW : Rule.CLONE;
      // A filter cannot look at arguments in memory. With ENOSYS libraries fall back to clone.
      case "clone3" -> granted ? Rule.ALLOW : Rule.NOT_THERE;
      default -> granted ? Rule.ALLOW : Rule.DENY;
    };
  }

  /**
   * What the profile does not name is denied; a number above all it names belongs to a kernel newer
   * than the profile and is not there, as in runc: programs must be able to fall back.
   */
  private static NavigableMap<Integer, Rule> ranges(Map<Integer, Rule> rules, int last) {
    NavigableMap<Integer, Rule> ranges = new TreeMap<>();
    Rule before = null;
    for (int number = 0; number <= last + 1; number++) {
      Rule rule = number > last ? Rule.NOT_THERE : rules.getOrDefault(number, Rule.DENY);
      if (rule != before) {
        ranges.put(number, rule);
        before = rule;
      }
    }
    return ranges;
  }

  /** The rule for the call {@code number}, unsigned. */
  Rule rule(int number) {
    return number < 0 ? Rule.NOT_THERE : ranges.floorEntry(number).getValue();
  }

  /** The filter for seccomp(2): {@code struct sock_filter}, one after another. */
  public byte[] compile() {
    Bpf filter =
        new Bpf()
            .load(DATA_ARCHITECTURE)
            .jump(Bpf.JUMP_EQUAL, architecture.auditNumber(), 1, 0)
            .giveBack(RETURN_KILL_PROCESS)
            .load(DATA_NUMBER);
    if (architecture == Architecture.X86_64) {
      filter.jump(Bpf.JUMP_GREATER_OR_EQUAL, X32_BIT, 0, 1).giveBack(Rule.RETURN_NOT_THERE);
    }
    return filter.append(tree(new ArrayList<>(ranges.entrySet()))).toBytes();
  }

  /** A balanced tree: a call passes some six comparisons, in a list it would be hundreds. */
  private static Bpf tree(List<Map.Entry<Integer, Rule>> entries) {
    if (entries.size() == 1) {
      return entries.get(0).getValue().compile();
    }
    int middle = entries.size() / 2;
    return new Bpf()
        .branch(
            entries.get(middle).getKey(),
            tree(entries.subList(0, middle)),
            tree(entries.subList(middle, entries.size())));
  }
}
