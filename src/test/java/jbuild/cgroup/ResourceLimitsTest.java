package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ResourceLimitsTest {
  @Test
  void zero_and_minus_one_are_no_limit_where_docker_takes_them_for_that() {
    ResourceLimits limits =
        ResourceLimits.builder()
            .set(Limit.MEMORY, 0)
            .set(Limit.PIDS, -1)
            .set(Limit.CPU_QUOTA, -1)
            .set(Limit.BLKIO_WEIGHT, 0)
            .set(Limit.DEVICE_READ_BPS, "8:0", "0")
            .build();
    assertTrue(limits.isNone());
    assertFalse(ResourceLimits.builder().set(Limit.MISC, "sev", "0").build().isNone());
    assertFalse(ResourceLimits.builder().set(Limit.HUGETLB, "2MB", "0").build().isNone());
  }

  @Test
  void swap_is_twice_the_memory_if_nothing_is_said_and_then_no_failure() {
    ResourceLimits limits = ResourceLimits.builder().set(Limit.MEMORY, 10 << 20).build();
    assertEquals(20 << 20, limits.number(Limit.MEMORY_SWAP));
    assertTrue(limits.settings().get(1).optional());
    ResourceLimits more = limits.toBuilder().set(Limit.MEMORY, 30 << 20).build();
    assertEquals(60 << 20, more.number(Limit.MEMORY_SWAP), "it is no wish of the user");
  }

  @Test
  void the_last_value_counts_for_each_key() {
    ResourceLimits limits =
        ResourceLimits.builder()
            .set(Limit.PIDS, 5)
            .set(Limit.NET_PRIO, "eth0", "1")
            .set(Limit.NET_PRIO, "eth1", "2")
            .set(Limit.NET_PRIO, "eth0", "3")
            .set(Limit.PIDS, 6)
            .build();
    assertEquals(6, limits.number(Limit.PIDS));
    assertEquals(3, limits.settings().size());
  }

  @Test
  void limits_that_contradict_one_another_are_refused() {
    refused("--memory-swap is memory and swap together: it needs --memory", Limit.MEMORY_SWAP, 5);
    refused(
        "--memory-swap is memory and swap together: it cannot be less than --memory",
        Limit.MEMORY,
        10,
        Limit.MEMORY_SWAP,
        5);
    refused(
        "--memory-reservation cannot be more than --memory",
        Limit.MEMORY,
        10,
        Limit.MEMORY_RESERVATION,
        11);
    refused(
        "--cpus sets quota and period: leave --cpu-quota and --cpu-period out",
        Limit.CPUS,
        10_000,
        Limit.CPU_PERIOD,
        10_000);
    assertEquals(
        -1,
        ResourceLimits.builder()
            .set(Limit.MEMORY, 10)
            .set(Limit.MEMORY_SWAP, -1)
            .build()
            .number(Limit.MEMORY_SWAP));
  }

  @Test
  void what_the_kernel_would_not_take_is_refused() {
    refused("--cpu-shares 1: must be between 2 and 262144", Limit.CPU_SHARES, 1);
    refused("--cpu-period 999: must be between 1000 and 1000000", Limit.CPU_PERIOD, 999);
    refused(
        "--cpu-quota 999: 1000 microseconds are the least the kernel accepts",
        Limit.CPU_QUOTA,
        999);
    refused("--cpus: 0.01 processors are the least the kernel accepts", Limit.CPUS, 999);
    refused("--blkio-weight 9: must be between 10 and 1000", Limit.BLKIO_WEIGHT, 9);
  }

  @Test
  void shares_become_weights_by_the_runtimes_curve() {
    assertEquals(1, Conversion.weightOfShares(2));
    assertEquals(59, Conversion.weightOfShares(512));
    assertEquals(100, Conversion.weightOfShares(1024));
    assertEquals(174, Conversion.weightOfShares(2048));
    assertEquals(10_000, Conversion.weightOfShares(262_144));
  }

  @Test
  void devices_come_beside_docker_s() {
    ResourceLimits limits =
        ResourceLimits.builder()
            .devices(java.util.List.of(DeviceRule.parse("c 10:229 rw")))
            .devices(java.util.List.of(DeviceRule.parse("c 10:200 rw")))
            .build();
    assertEquals(
        DeviceRule.DEFAULTS.size() + 2, java.util.Objects.requireNonNull(limits.devices()).size());
    assertFalse(limits.isNone());
  }

  private static void refused(String message, Object... limitsAndValues) {
    ResourceLimits.Builder builder = ResourceLimits.builder();
    for (int i = 0; i < limitsAndValues.length; i += 2) {
      builder.set((Limit) limitsAndValues[i], ((Integer) limitsAndValues[i + 1]).longValue());
    }
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }
}
