package jbuild.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jbuild.cgroup.DeviceRule;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;

/** The rows of docs/cgroups.md's table of limits tried beside runc. */
final class LimitRows {
  /** A block device that every kernel with the loop driver has, whether or not it is in use. */
  private static final String LOOP = "7:0";

  private static final String BUSY = "while :; do :; done";
  private static final String IDLE = "sleep 1000";
  private static final int QUOTA = 20_000;

  private LimitRows() {}

  static List<LimitRow> all() {
    List<LimitRow> rows = new ArrayList<>();
    rows.add(
        new LimitRow(
            "`--memory 32m --memory-swap 32m`, 100 MB taken",
            limits().set(Limit.MEMORY, 32 << 20).set(Limit.MEMORY_SWAP, 32 << 20).build(),
            "\"memory\": {\"limit\": 33554432, \"swap\": 33554432}",
            (subject, row) -> "exit code " + run(subject, row, "tail -c 100000000 /dev/zero")));
    rows.add(
        value(
            "`--memory 64m`",
            limits().set(Limit.MEMORY, 64 << 20).build(),
            "\"memory\": {\"limit\": 67108864}",
            "memory",
            "memory.limit_in_bytes",
            "memory.max"));
    rows.add(
        value(
            "`--memory 64m --memory-swap 96m`",
            limits().set(Limit.MEMORY, 64 << 20).set(Limit.MEMORY_SWAP, 96 << 20).build(),
            "\"memory\": {\"limit\": 67108864, \"swap\": 100663296}",
            "memory",
            "memory.memsw.limit_in_bytes",
            "memory.swap.max"));
    rows.add(
        value(
            "`--memory-reservation 16m`",
            limits().set(Limit.MEMORY_RESERVATION, 16 << 20).build(),
            "\"memory\": {\"reservation\": 16777216}",
            "memory",
            "memory.soft_limit_in_bytes",
            "memory.low"));
    rows.add(
        new LimitRow(
            "`--oom-kill-disable`",
            limits().set(Limit.OOM_KILL_DISABLE, "", "1").build(),
            "\"memory\": {\"disableOOMKiller\": true}",
            (subject, row) ->
                file(subject, row, "memory", "memory.oom_control").split("\n", -1)[0]));
    rows.add(
        new LimitRow(
            "`--pids-limit 7`, a fork bomb",
            limits().set(Limit.PIDS, 7).build(),
            "\"pids\": {\"limit\": 7}",
            LimitRows::forkBomb));
    rows.add(
        new LimitRow(
            "`--cpus 0.2`, a busy loop",
            limits().set(Limit.CPUS, QUOTA).build(),
            "\"cpu\": {\"quota\": 20000, \"period\": 100000}",
            LimitRows::quota));
    rows.add(
        value(
            "`--cpu-period 50000 --cpu-quota 25000`",
            limits().set(Limit.CPU_PERIOD, 50_000).set(Limit.CPU_QUOTA, 25_000).build(),
            "\"cpu\": {\"quota\": 25000, \"period\": 50000}",
            "cpu",
            "cpu.cfs_quota_us",
            "cpu.max"));
    rows.add(
        value(
            "`--cpu-shares 2048`",
            limits().set(Limit.CPU_SHARES, 2048).build(),
            "\"cpu\": {\"shares\": 2048}",
            "cpu",
            "cpu.shares",
            "cpu.weight"));
    rows.add(
        new LimitRow(
            "`--cpu-shares 2048` against 512 on one processor",
            limits().set(Limit.CPU_SHARES, 2048).build(),
            "\"cpu\": {\"shares\": 2048}",
            LimitRows::proportion));
    rows.add(
        new LimitRow(
            "`--cpuset-cpus 0 --cpuset-mems 0`",
            limits().set(Limit.CPUSET_CPUS, "", "0").set(Limit.CPUSET_MEMS, "", "0").build(),
            "\"cpu\": {\"cpus\": \"0\", \"mems\": \"0\"}",
            (subject, row) -> said(subject, row, "grep _allowed_list: /proc/self/status")));
    rows.add(
        value(
            "`--blkio-weight 500`",
            limits().set(Limit.BLKIO_WEIGHT, 500).build(),
            "\"blockIO\": {\"weight\": 500}",
            "blkio",
            "blkio.weight",
            "blkio.bfq.weight",
            "io.bfq.weight",
            "io.weight"));
    rows.add(
        value(
            "`--device-read-bps /dev/loop0:1m`",
            limits().set(Limit.DEVICE_READ_BPS, LOOP, "1048576").build(),
            throttle("ReadBps", 1048576),
            "blkio",
            "blkio.throttle.read_bps_device",
            "io.max"));
    rows.add(
        value(
            "`--device-write-bps /dev/loop0:1m`",
            limits().set(Limit.DEVICE_WRITE_BPS, LOOP, "1048576").build(),
            throttle("WriteBps", 1048576),
            "blkio",
            "blkio.throttle.write_bps_device",
            "io.max"));
    rows.add(
        value(
            "`--device-read-iops /dev/loop0:100`",
            limits().set(Limit.DEVICE_READ_IOPS, LOOP, "100").build(),
            throttle("ReadIOPS", 100),
            "blkio",
            "blkio.throttle.read_iops_device",
            "io.max"));
    rows.add(
        value(
            "`--device-write-iops /dev/loop0:100`",
            limits().set(Limit.DEVICE_WRITE_IOPS, LOOP, "100").build(),
            throttle("WriteIOPS", 100),
            "blkio",
            "blkio.throttle.write_iops_device",
            "io.max"));
    rows.add(
        new LimitRow(
            "devices: those of docker",
            limits().devices(List.of()).build(),
            "\"devices\": [{\"allow\": false, \"access\": \"rwm\"}]",
            LimitRows::devices));
    rows.add(
        new LimitRow(
            "`--device-cgroup-rule 'c 10:237 r'`",
            limits().devices(List.of(DeviceRule.parse("c 10:237 r"))).build(),
            "\"devices\": [{\"allow\": false, \"access\": \"rwm\"}, {\"allow\": true, \"type\":"
                + " \"c\", \"major\": 10, \"minor\": 237, \"access\": \"r\"}]",
            LimitRows::devices));
    rows.add(
        value(
            "`--hugetlb-limit 2MB=4m`",
            limits().set(Limit.HUGETLB, "2MB", "4194304").build(),
            "\"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 4194304}]",
            "hugetlb",
            "hugetlb.2MB.limit_in_bytes",
            "hugetlb.2MB.max"));
    rows.add(
        value(
            "`--rdma mlx5_0:hca_handle=2`",
            limits().set(Limit.RDMA, "mlx5_0", "hca_handle=2").build(),
            "\"rdma\": {\"mlx5_0\": {\"hcaHandles\": 2}}",
            "rdma",
            "rdma.max"));
    rows.add(new LimitRow("freezing, a busy loop", limits().build(), "", LimitRows::freezer));
    return rows;
  }

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private static String throttle(String what, long rate) {
    return "\"blockIO\": {\"throttle"
        + what
        + "Device\": [{\"major\": 7, \"minor\": 0, \"rate\": "
        + rate
        + "}]}";
  }

  private static LimitRow value(
      String name, ResourceLimits limits, String runc, String controller, String... files) {
    return new LimitRow(
        name, limits, runc, (subject, row) -> file(subject, row, controller, files));
  }

  private static int run(LimitSubject subject, LimitRow row, String script) throws Exception {
    try (LimitSubject.Running running = subject.start(row, script)) {
      return running.waitFor();
    }
  }

  private static String said(LimitSubject subject, LimitRow row, String script) throws Exception {
    try (LimitSubject.Running running = subject.start(row, script)) {
      running.waitFor();
      return running.said().replace("\t", " ").replace("\n", ", ");
    }
  }

  private static String file(LimitSubject subject, LimitRow row, String controller, String... names)
      throws Exception {
    try (LimitSubject.Running running = subject.start(row, IDLE)) {
      return new GroupFiles(running.pid()).read(controller, names);
    }
  }

  /** Counts the forks that succeed, and itself and its parent, with builtins alone. */
  private static String forkBomb(LimitSubject subject, LimitRow row) throws Exception {
    return said(
            subject,
            row,
            "( i=2; echo $i > /tmp/n; while :; do sleep 1000 & i=$((i+1)); echo $i > /tmp/n; done )"
                + " 2>/dev/null; read n < /tmp/n; echo $n")
        + " processes";
  }

  /**
   * The quota by the kernel's own books: each period in which the group was throttled used all of
   * its quota, and no period used more. Load from elsewhere changes neither.
   */
  private static String quota(LimitSubject subject, LimitRow row) throws Exception {
    try (LimitSubject.Running running = subject.start(row, BUSY)) {
      GroupFiles files = new GroupFiles(running.pid());
      long before = files.cpuMicros();
      long periodsBefore = files.number("cpu", "cpu.stat", "nr_periods");
      long throttledBefore = files.number("cpu", "cpu.stat", "nr_throttled");
      long throttled;
      int waited = 0;
      do {
        TimeUnit.MILLISECONDS.sleep(100);
        throttled = files.number("cpu", "cpu.stat", "nr_throttled") - throttledBefore;
      } while (throttled < 15 && ++waited < 200);
      long used = files.cpuMicros() - before;
      long periods = files.number("cpu", "cpu.stat", "nr_periods") - periodsBefore;
      // The first and the last period are seen in part.
      long atLeast = (throttled - 1) * QUOTA * 9 / 10;
      long atMost = (periods + 1) * QUOTA * 11 / 10;
      return throttled >= 15 && used >= atLeast && used <= atMost
          ? "within 10 % of the quota"
          : used + " us in " + periods + " periods, throttled in " + throttled;
    }
  }

  /** Two groups on one processor share it as their weights say, whoever else wants it too. */
  private static String proportion(LimitSubject subject, LimitRow row) throws Exception {
    LimitRow less =
        new LimitRow(
            row.name(),
            limits().set(Limit.CPU_SHARES, 512).build(),
            "\"cpu\": {\"shares\": 512}",
            row.probe());
    String busy = "read go < /tmp/go; " + BUSY;
    try (LimitSubject.Running one = subject.start(row, pinned(busy));
        LimitSubject.Running other = subject.start(less, pinned(busy))) {
      GroupFiles more = new GroupFiles(one.pid());
      GroupFiles fewer = new GroupFiles(other.pid());
      double weights = weight(more) / weight(fewer);
      TimeUnit.MILLISECONDS.sleep(200);
      long moreBefore = more.cpuMicros();
      long fewerBefore = fewer.cpuMicros();
      long fewerNow;
      int waited = 0;
      do {
        TimeUnit.MILLISECONDS.sleep(100);
        fewerNow = fewer.cpuMicros() - fewerBefore;
      } while (fewerNow < 300_000 && ++waited < 200);
      double ratio = (double) (more.cpuMicros() - moreBefore) / fewerNow;
      return ratio > weights * 0.8 && ratio < weights * 1.25
          ? "processor time as the weights"
          : "weights " + weights + ", processor time " + ratio;
    }
  }

  private static String pinned(String script) {
    return "taskset -p 1 $$ > /dev/null; " + script.substring(script.indexOf(';') + 2);
  }

  private static double weight(GroupFiles files) throws Exception {
    return Double.parseDouble(files.read("cpu", "cpu.shares", "cpu.weight"));
  }

  private static String devices(LimitSubject subject, LimitRow row) throws Exception {
    return said(
        subject,
        row,
        "rm -f /tmp/null /tmp/control /tmp/disk; mknod /tmp/null c 1 3;"
            + " mknod /tmp/control c 10 237; mknod /tmp/disk b 7 0;"
            + " for d in null control disk; do"
            + " if (: < /tmp/$d) 2> /tmp/why; then echo $d opens;"
            + " else grep -q 'not permitted' /tmp/why && echo $d refused; fi; done;"
            + " if (: > /tmp/control) 2> /dev/null; then echo control for writing opens; fi");
  }

  private static String freezer(LimitSubject subject, LimitRow row) throws Exception {
    try (LimitSubject.Running running = subject.start(row, BUSY)) {
      GroupFiles files = new GroupFiles(running.pid());
      running.pause();
      long before = files.cpuMicros();
      TimeUnit.MILLISECONDS.sleep(200);
      long frozen = files.cpuMicros() - before;
      running.resume();
      long after = files.cpuMicros();
      int waited = 0;
      while (files.cpuMicros() - after < 10_000 && ++waited < 1000) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      boolean resumed = files.cpuMicros() - after >= 10_000;
      return frozen == 0 && resumed
          ? "stops and resumes"
          : frozen + " us while frozen, " + (resumed ? "resumes" : "does not resume");
    }
  }
}
