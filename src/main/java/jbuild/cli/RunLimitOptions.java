package jbuild.cli;

import java.util.List;
import jbuild.arguments.OptionSpec;

/** The limits that containers have beside those of RUN steps. */
final class RunLimitOptions {
  static final String DEVICE_RULE = "--device-cgroup-rule";

  private RunLimitOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.value(
            "BYTES", "Memory that is left to it when memory is scarce.", "--memory-reservation"),
        OptionSpec.flag(
            "Let processes wait for memory instead of killing one (version 1).",
            "--oom-kill-disable"),
        OptionSpec.flag(
            "When memory runs out, kill all processes and not one (version 2).", "--oom-group"),
        OptionSpec.value(
            "NUMBER", "Share of block I/O when it is scarce, 10 to 1000.", "--blkio-weight"),
        OptionSpec.list("DEVICE:NUMBER", "The same on one device.", "--blkio-weight-device"),
        OptionSpec.list("DEVICE:BYTES", "Bytes read in a second.", "--device-read-bps"),
        OptionSpec.list("DEVICE:BYTES", "Bytes written in a second.", "--device-write-bps"),
        OptionSpec.list("DEVICE:NUMBER", "Reads in a second.", "--device-read-iops"),
        OptionSpec.list("DEVICE:NUMBER", "Writes in a second.", "--device-write-iops"),
        OptionSpec.list(
            "'TYPE MAJOR:MINOR rwm'",
            "A device that may be used; others than docker's usual ones and these then may not.",
            DEVICE_RULE),
        OptionSpec.value(
            "CLASS",
            "Class of its packets for tc and iptables, 0xMAJORMINOR (version 1).",
            "--net-cls-classid"),
        OptionSpec.list(
            "INTERFACE=NUMBER", "Priority of its packets there (version 1).", "--net-prio"),
        OptionSpec.list(
            "SIZE=BYTES", "Memory in huge pages of a size, such as 2MB=64m.", "--hugetlb-limit"),
        OptionSpec.list(
            "DEVICE:hca_handle=NUMBER,hca_object=NUMBER",
            "Handles and objects of an RDMA device.",
            "--rdma"),
        OptionSpec.list(
            "NAME=NUMBER", "A resource that the kernel lists in misc.capacity.", "--misc"));
  }
}
