package jbuild.cgroup;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group of processes may use, and where the group is.
 *
 * @param settings in the order of {@link Limit}; empty for no limits
 * @param devices the only device files that may be used; null for no such list
 * @param parent the group to make it in: from the top of each hierarchy if it begins with a slash,
 *     else from this process's own group; empty for that one itself
 * @param counted whether there is a group even without limits, for figures and for freezing; what
 *     the machine cannot count is then left out
 */
public record ResourceLimits(
    List<Setting> settings, @Nullable List<DeviceRule> devices, String parent, boolean counted) {
  public static final ResourceLimits NONE = new ResourceLimits(List.of(), null, "", false);

  /** No limits, but a group all the same. */
  public static final ResourceLimits COUNTED = new ResourceLimits(List.of(), null, "", true);

  /** The period of the CPU controller's quota, the kernel's default. */
  public static final long CPU_PERIOD_MICROS = 100_000;

  /**
   * One value.
   *
   * @param key what it is for: {@code MAJOR:MINOR}, an interface, a page size; else empty
   * @param value as an option's form says
   * @param optional whether it is no failure that the kernel has no file for it, as nobody asked
   */
  public record Setting(Limit limit, String key, String value, boolean optional) {}

  public ResourceLimits {
    settings = List.copyOf(settings);
    devices = devices == null ? null : List.copyOf(devices);
  }

  /** Whether no group is needed. */
  public boolean isNone() {
    return settings.isEmpty() && devices == null && parent.isEmpty() && !counted;
  }

  /** The number of a limit that has no key; 0 if it is not set. */
  public long number(Limit limit) {
    for (Setting setting : settings) {
      if (setting.limit() == limit) {
        return Long.parseLong(setting.value());
      }
    }
    return 0;
  }

  /** Memory in bytes; 0 for no limit. Asked at the end of each sandbox: cheap without limits. */
  public long memoryBytes() {
    return settings.isEmpty() ? 0 : number(Limit.MEMORY);
  }

  long period() {
    long period = number(Limit.CPU_PERIOD);
    return period == 0 ? CPU_PERIOD_MICROS : period;
  }

  /** The same in a group of its own whatever the limits. */
  public ResourceLimits withGroup() {
    return isNone() ? COUNTED : new ResourceLimits(settings, devices, parent, true);
  }

  public Builder toBuilder() {
    Builder builder = new Builder();
    for (Setting setting : settings) {
      if (!setting.optional()) {
        builder.settings.add(setting);
      }
    }
    builder.devices = devices == null ? null : new ArrayList<>(devices);
    builder.parent = parent;
    builder.counted = counted;
    return builder;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects limits, and checks that they agree. */
  public static final class Builder {
    private final List<Setting> settings = new ArrayList<>();
    private @Nullable List<DeviceRule> devices;
    private String parent = "";
    private boolean counted;

    private Builder() {}

    public Builder set(Limit limit, long value) {
      return set(limit, "", Long.toString(value));
    }

    /**
     * A later value of the same limit, and of the same key if it has keys, counts. 0 and -1 are no
     * limit where docker takes them as that, which is what there is without the setting.
     */
    public Builder set(Limit limit, String key, String value) {
      clear(limit, key);
      boolean unlimited =
          switch (limit.form()) {
            case NUMBER, BYTES, PROCESSORS ->
                value.equals("0") || (value.equals("-1") && limit != Limit.MEMORY_SWAP);
            case DEVICE_NUMBER, DEVICE_BYTES, CLASS -> value.equals("0");
            case FLAG, LIST, NAMED_NUMBER, PAGE_BYTES, RDMA -> false;
          };
      if (!unlimited) {
        settings.add(new Setting(limit, key, value, false));
      }
      return this;
    }

    public Builder clear(Limit limit) {
      return clear(limit, "");
    }

    private Builder clear(Limit limit, String key) {
      settings.removeIf(other -> other.limit() == limit && other.key().equals(key));
      return this;
    }

    /** Permits these devices, those of {@link DeviceRule#DEFAULTS} if none were yet, no others. */
    public Builder devices(List<DeviceRule> rules) {
      List<DeviceRule> list = devices;
      if (list == null) {
        list = new ArrayList<>(DeviceRule.DEFAULTS);
        devices = list;
      }
      list.addAll(rules);
      return this;
    }

    public Builder parent(String path) {
      parent = path;
      return this;
    }

    public Builder counted() {
      counted = true;
      return this;
    }

    /**
     * All of them.
     *
     * @throws IllegalArgumentException when they contradict one another or the kernel's bounds
     */
    public ResourceLimits build() {
      LimitRules.check(settings);
      List<Setting> ordered = new ArrayList<>(settings);
      LimitRules.addSwap(ordered);
      ordered.sort((one, other) -> one.limit().compareTo(other.limit()));
      return new ResourceLimits(ordered, devices, parent, counted);
    }
  }
}
