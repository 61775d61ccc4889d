package jbuild.cgroup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What limits may be together: docker's rules and the kernel's bounds. */
final class LimitRules {
  private LimitRules() {}

  static void check(List<ResourceLimits.Setting> settings) {
    between(settings, Limit.CPU_SHARES, 2, 262_144);
    between(settings, Limit.CPU_PERIOD, 1_000, 1_000_000);
    between(settings, Limit.BLKIO_WEIGHT, 10, 1_000);
    between(settings, Limit.BLKIO_WEIGHT_DEVICE, 10, 1_000);
    Long quota = number(settings, Limit.CPU_QUOTA);
    Long cpus = number(settings, Limit.CPUS);
    if (quota != null && quota < 1_000) {
      throw new IllegalArgumentException(
          "--cpu-quota " + quota + ": 1000 microseconds are the least the kernel accepts");
    }
    if (cpus != null && cpus < 1_000) {
      throw new IllegalArgumentException(
          "--cpus: 0.01 processors are the least the kernel accepts");
    }
    if (cpus != null && (quota != null || number(settings, Limit.CPU_PERIOD) != null)) {
      throw new IllegalArgumentException(
          "--cpus sets quota and period: leave --cpu-quota and --cpu-period out");
    }
    Long pids = number(settings, Limit.PIDS);
    if (pids != null && pids < 0) {
      throw new IllegalArgumentException(
          "--pids-limit " + pids + ": a limit is not negative (-1 is no limit)");
    }
    checkMemory(settings);
  }

  private static void checkMemory(List<ResourceLimits.Setting> settings) {
    Long memory = number(settings, Limit.MEMORY);
    Long swap = number(settings, Limit.MEMORY_SWAP);
    Long reservation = number(settings, Limit.MEMORY_RESERVATION);
    if (swap != null && memory == null) {
      throw new IllegalArgumentException(
          "--memory-swap is memory and swap together: it needs --memory");
    }
    if (swap != null && swap >= 0 && swap < memory) {
      throw new IllegalArgumentException(
          "--memory-swap is memory and swap together: it cannot be less than --memory");
    }
    if (reservation != null && memory != null && reservation > memory) {
      throw new IllegalArgumentException("--memory-reservation cannot be more than --memory");
    }
  }

  /** Swap as large as memory if nothing is said, as with docker. */
  static void addSwap(List<ResourceLimits.Setting> settings) {
    Long memory = number(settings, Limit.MEMORY);
    if (memory != null && number(settings, Limit.MEMORY_SWAP) == null) {
      String both = Long.toString(memory > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * memory);
      settings.add(new ResourceLimits.Setting(Limit.MEMORY_SWAP, "", both, true));
    }
  }

  private static void between(
      List<ResourceLimits.Setting> settings, Limit limit, long least, long most) {
    for (ResourceLimits.Setting setting : settings) {
      if (setting.limit() == limit) {
        long value = Long.parseLong(setting.value());
        if (value < least || value > most) {
          throw new IllegalArgumentException(
              limit.option() + " " + value + ": must be between " + least + " and " + most);
        }
      }
    }
  }

  private static @Nullable Long number(List<ResourceLimits.Setting> settings, Limit limit) {
    for (ResourceLimits.Setting setting : settings) {
      if (setting.limit() == limit) {
        return Long.valueOf(setting.value());
      }
    }
    return null;
  }
}
