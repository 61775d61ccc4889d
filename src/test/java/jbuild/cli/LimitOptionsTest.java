package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.arguments.CommandSpec;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.cgroup.DeviceRule;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;
import org.junit.jupiter.api.Test;

final class LimitOptionsTest {
  @Test
  void every_limit_of_the_table_is_an_option_of_run() {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : LimitOptions.ofRun()) {
      names.add(option.name());
    }
    for (Limit limit : Limit.values()) {
      assertTrue(names.contains(limit.option()), limit.option());
    }
  }

  @Test
  void a_container_has_a_group_without_limits_and_a_step_has_none() throws UsageException {
    assertTrue(run().counted());
    assertTrue(run().settings().isEmpty());
    assertTrue(build().isNone());
    assertFalse(build("--pids-limit", "5").counted());
    assertTrue(run("--pids-limit", "5").counted());
  }

  @Test
  void values_are_read_as_docker_reads_them() throws UsageException {
    ResourceLimits limits =
        run(
            "-m=1g",
            "--memory-swap=-1",
            "--memory-reservation=512M",
            "--cpus=1.5",
            "--cpu-shares=512",
            "--cpuset-cpus=0-1",
            "--pids-limit=100",
            "--blkio-weight=300",
            "--net-cls-classid=0x100001",
            "--net-prio=eth0=5",
            "--hugetlb-limit=2m=64m",
            "--hugetlb-limit=1GB=1g",
            "--rdma=mlx5_0:hca_handle=2,hca_object=max",
            "--misc=sev=3",
            "--oom-kill-disable");
    assertEquals(1 << 30, limits.number(Limit.MEMORY));
    assertEquals(-1, limits.number(Limit.MEMORY_SWAP));
    assertEquals(512 << 20, limits.number(Limit.MEMORY_RESERVATION));
    assertEquals(150_000, limits.number(Limit.CPUS));
    assertEquals(0x100001, limits.number(Limit.NET_CLS_CLASSID));
    assertEquals("0-1", setting(limits, Limit.CPUSET_CPUS, ""));
    assertEquals("5", setting(limits, Limit.NET_PRIO, "eth0"));
    assertEquals("67108864", setting(limits, Limit.HUGETLB, "2MB"));
    assertEquals("1073741824", setting(limits, Limit.HUGETLB, "1GB"));
    assertEquals("hca_handle=2 hca_object=max", setting(limits, Limit.RDMA, "mlx5_0"));
    assertEquals("3", setting(limits, Limit.MISC, "sev"));
    assertEquals("1", setting(limits, Limit.OOM_KILL_DISABLE, ""));
  }

  @Test
  void devices_are_named_by_their_path() throws UsageException {
    Path loop = Path.of("/dev/loop0");
    if (Files.exists(loop)) {
      ResourceLimits limits =
          run("--device-read-bps=/dev/loop0:1m", "--device-write-iops=/dev/loop0:5");
      assertEquals("1048576", setting(limits, Limit.DEVICE_READ_BPS, "7:0"));
      assertEquals("5", setting(limits, Limit.DEVICE_WRITE_IOPS, "7:0"));
    }
    refused("--device-read-bps /dev/null: not a block device", "--device-read-bps=/dev/null:1m");
    refused("--device-read-bps /no/such: no such device", "--device-read-bps=/no/such:1m");
  }

  @Test
  void rules_for_devices_come_beside_docker_s() throws UsageException {
    List<DeviceRule> rules = run("--device-cgroup-rule=c 10:229 rw").devices();
    assertNotNull(rules);
    assertEquals(DeviceRule.parse("c 10:229 rw"), rules.get(rules.size() - 1));
    refused(
        "--device-cgroup-rule 'c 10 rw': not of the form 'c 1:3 rwm'",
        "--device-cgroup-rule=c 10 rw");
  }

  @Test
  void what_cannot_be_meant_is_refused() {
    refused("--cpus x: not a number of processors (such as 1.5)", "--cpus=x");
    refused("--cpus 0: not a number of processors (such as 1.5)", "--cpus=0");
    refused("--pids-limit x: not a whole number", "--pids-limit=x");
    refused("--cpu-shares -5: is negative", "--cpu-shares=-5");
    refused("--cpuset-cpus a-b: not a list of numbers (such as 0-2,5)", "--cpuset-cpus=a-b");
    refused("--net-prio eth0: not of the form NAME=NUMBER", "--net-prio=eth0");
    refused("--misc sev=-1: is negative", "--misc=sev=-1");
    refused(
        "--net-cls-classid 10:1: not a class (such as 0x100001 for 10:1)",
        "--net-cls-classid=10:1");
    refused("--rdma a:b=1: unknown: b=1", "--rdma=a:b=1");
    refused(
        "--cpus sets quota and period: leave --cpu-quota and --cpu-period out",
        "--cpus=1",
        "--cpu-quota=5000");
    refused("--cgroup-parent /a/../b: a name begins with a dot", "--cgroup-parent=/a/../b");
  }

  @Test
  void a_policy_is_one_of_two() {
    UsageException failure =
        assertThrows(
            UsageException.class,
            () ->
                LimitOptions.bestEffort(spec(LimitOptions.ofRun()).parse(List.of("--limits=lax"))));
    assertEquals("--limits lax: unknown (use strict or best-effort)", failure.getMessage());
  }

  private static String setting(ResourceLimits limits, Limit limit, String key) {
    for (ResourceLimits.Setting setting : limits.settings()) {
      if (setting.limit() == limit && setting.key().equals(key)) {
        return setting.value();
      }
    }
    return "none";
  }

  private static void refused(String message, String... arguments) {
    assertEquals(message, assertThrows(UsageException.class, () -> run(arguments)).getMessage());
  }

  private static ResourceLimits run(String... arguments) throws UsageException {
    return LimitOptions.ofRun(spec(LimitOptions.ofRun()).parse(List.of(arguments)));
  }

  private static ResourceLimits build(String... arguments) throws UsageException {
    return LimitOptions.ofBuild(spec(LimitOptions.ofBuild()).parse(List.of(arguments)));
  }

  private static CommandSpec spec(List<OptionSpec> options) {
    return CommandSpec.describe("test").options(options).build();
  }
}
