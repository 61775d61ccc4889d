package jbuild.sandbox;

import static jbuild.linux.Arg.bytes;
import static jbuild.linux.Arg.cells;
import static jbuild.linux.Arg.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.linux.Arg;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * The steps that take rights away. The order matters: each needs a right that a later one drops.
 */
final class Privileges {
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_SET_MODE_FILTER = 1;

  /** Version 3 of capset(2)'s structures: two 32-bit words for each of the sets. */
  private static final int CAPABILITY_VERSION_3 = 0x20080522;

  private Privileges() {}

  static void drop(SyscallProgram program, SandboxSpec spec, HostFacts host) {
    CapabilitySet kept = spec.capabilities().intersect(host.permitted());
    for (int capability = 0; capability <= host.lastCapability(); capability++) {
      if (!kept.contains(capability)) { // needs CAP_SETPCAP, which capset below takes
        program.call(
            "drop capability " + capability,
            Syscall.PRCTL,
            number(PR_CAPBSET_DROP),
            number(capability),
            Arg.NONE,
            Arg.NONE,
            Arg.NONE);
      }
    }
    if (spec.noNewPrivileges()) {
      program.call(
          "set no_new_privs",
          Syscall.PRCTL,
          number(PR_SET_NO_NEW_PRIVS),
          number(1),
          Arg.NONE,
          Arg.NONE,
          Arg.NONE);
    }
    byte[] filter = spec.seccomp();
    if (filter != null) { // without no_new_privs needs CAP_SYS_ADMIN: before capset and setresuid
      program.call(
          "install the seccomp filter",
          Syscall.SECCOMP,
          number(SECCOMP_SET_MODE_FILTER),
          Arg.NONE,
          cells(number(filter.length / 8), bytes(filter))); // struct sock_fprog
    }
    int[] groups = spec.groups();
    program.call("set the groups", Syscall.SETGROUPS, number(groups.length), groupList(groups));
    Arg gid = number(spec.gid());
    program.call("set the group", Syscall.SETRESGID, gid, gid, gid);
    Arg uid = number(spec.uid());
    program.call("set the user", Syscall.SETRESUID, uid, uid, uid);
    // Root gets the bounding set at execve, another user nothing (capabilities(7)); no capability
    // is inheritable, see CVE-2022-24769.
    long bits = spec.uid() == 0 ? kept.bits() : 0;
    program.call(
        "set the capabilities", Syscall.CAPSET, bytes(capabilityHeader()), bytes(sets(bits)));
  }

  private static Arg groupList(int[] groups) {
    return groups.length == 0 ? Arg.NONE : bytes(words(groups));
  }

  private static byte[] capabilityHeader() {
    return words(CAPABILITY_VERSION_3, 0);
  }

  /** Effective, permitted and inheritable, low words then high words; inheritable stays empty. */
  private static byte[] sets(long bits) {
    int low = (int) bits;
    int high = (int) (bits >>> 32);
    return words(low, low, 0, high, high, 0);
  }

  private static byte[] words(int... values) {
    ByteBuffer words = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      words.putInt(value);
    }
    return words.array();
  }
}
