package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import jbuild.cgroup.CgroupUsage;
import org.junit.jupiter.api.Test;

/** Figures as docker writes them. */
final class StatsRowTest {
  private static final long GIB = 1L << 30;

  @Test
  void percentages_are_of_one_processor_and_of_the_limit() {
    CgroupUsage before = new CgroupUsage(1_000_000, 0, 0, 0, 0, 1);
    CgroupUsage now = new CgroupUsage(2_500_000, 16 << 20, 64 << 20, 4096, 1_234_567, 3);
    assertEquals(
        "abc   web   150.00%   16MiB / 64MiB   25.00%   1kB / 20B   4.1kB / 1.23MB   3",
        line(
            new StatsRow(
                "abc", "web", before, now, 1_000_000_000, new NetworkUsage(1000, 20), GIB)));
  }

  @Test
  void without_a_limit_it_is_the_machine_s_memory() {
    CgroupUsage usage = new CgroupUsage(5, GIB / 2, 0, 0, 0, 1);
    assertEquals(
        "abc   web   0.00%   512MiB / 1GiB   50.00%   0B / 0B   0B / 0B   1",
        line(new StatsRow("abc", "web", usage, usage, 1, new NetworkUsage(0, 0), GIB)));
  }

  @Test
  void what_is_not_counted_is_two_dashes() {
    CgroupUsage usage = new CgroupUsage(-1, -1, 0, -1, -1, 1);
    StatsRow row = new StatsRow("abc", "web", usage, usage, 1, new NetworkUsage(0, 0), GIB);
    assertEquals("abc   web   --   -- / 1GiB   --   0B / 0B   -- / --   1", line(row));
  }

  @Test
  void numbers_have_as_many_digits_as_docker_s() {
    assertEquals("0B", StatsRow.binary(0));
    assertEquals("1023B", StatsRow.binary(1023));
    assertEquals("1.206MiB", StatsRow.binary(1_264_640));
    assertEquals("23.54GiB", StatsRow.binary(25_275_000_000L));
    assertEquals("999B", StatsRow.decimal(999));
    assertEquals("1.23MB", StatsRow.decimal(1_234_567));
    assertEquals("123kB", StatsRow.decimal(123_456));
  }

  @Test
  void interfaces_but_lo_are_added_up() {
    String table =
        """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
            lo:  999    1    0    0    0     0          0         0   999       1    0    0
          eth0: 1000    1    0    0    0     0          0         0    20       1    0    0
          eth1:    5    1    0    0    0     0          0         0     7       1    0    0
        """;
    assertEquals(new NetworkUsage(1005, 27), NetworkUsage.parse(table));
    assertEquals(new NetworkUsage(0, 0), NetworkUsage.parse("eth0: x\nnothing\n"));
  }

  @Test
  void json_has_numbers() throws IOException {
    CgroupUsage usage = new CgroupUsage(-1, 5, 0, 1, 2, 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonOutput json = new JsonOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      new StatsRow("abc", "web", usage, usage, 1, new NetworkUsage(8, 9), 10).print(json);
    }
    assertEquals(
        "{\"id\":\"abc\",\"name\":\"web\",\"cpuPercent\":null,\"cpuMicros\":-1,\"memoryBytes\":5,"
            + "\"memoryLimitBytes\":10,\"memoryPercent\":50.00,\"networkReceivedBytes\":8,"
            + "\"networkSentBytes\":9,\"blockReadBytes\":1,\"blockWrittenBytes\":2,\"pids\":3}",
        bytes.toString(StandardCharsets.UTF_8).replaceAll("\\s", ""));
  }

  /** The row below the head, with three blanks between its cells. */
  private static String line(StatsRow row) {
    Table table = StatsRow.table();
    row.addTo(table);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8).split("\n", -1)[1].replaceAll(" {4,}", "   ");
  }
}
