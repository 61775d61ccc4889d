package jbuild.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SeccompProfileTest {
  private static final int ALLOW = 0x7fff0000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int KILL_PROCESS = 0x80000000;
  private static final long DOCKER_CAPABILITIES = 0xa80425fbL;
  private static final long CAP_SYS_ADMIN = 1L << 21;
  private static final int LAST_NAMED = 466; // removexattrat
  private static final List<String> WITH_RULES =
      List.of("clone", "clone3", "personality", "socket");

  @ParameterizedTest
  @EnumSource
  void filter_agrees_with_the_list_for_every_number(Architecture architecture) {
    Map<Integer, ProfileTable.Line> list = new HashMap<>();
    for (ProfileTable.Line line : ProfileTable.read(architecture)) {
      assertNull(list.put(line.number(), line), "two calls have the number " + line.number());
    }
    BpfInterpreter filter = filter(architecture, DOCKER_CAPABILITIES);
    int allowed = 0;
    for (int number = 0; number <= 600; number++) {
      ProfileTable.Line line = list.get(number);
      if (line != null && WITH_RULES.contains(line.name())) {
        continue;
      }
      boolean listed =
          line != null
              && (line.capabilities() == 0 || (line.capabilities() & DOCKER_CAPABILITIES) != 0);
      int expected = listed ? ALLOW : number > LAST_NAMED ? ENOSYS : EPERM;
      assertEquals(expected, filter.run(architecture.auditNumber(), number), "call " + number);
      allowed += listed ? 1 : 0;
    }
    assertTrue(allowed > 230, allowed + " calls are allowed");
  }

  @Test
  void numbers_are_those_of_the_kernel() {
    assertEquals(59, number(Architecture.X86_64, "execve"));
    assertEquals(221, number(Architecture.AARCH64, "execve"));
    assertEquals(80, number(Architecture.AARCH64, "fstat"));
    assertEquals(79, number(Architecture.AARCH64, "newfstatat"));
    assertEquals(262, number(Architecture.X86_64, "newfstatat"));
    assertEquals(335, number(Architecture.X86_64, "uretprobe"));
    assertEquals(451, number(Architecture.AARCH64, "cachestat"));
  }

  @ParameterizedTest
  @EnumSource
  void what_docker_denies_is_denied(Architecture architecture) {
    for (String name : List.of("mount", "umount2", "unshare", "setns", "bpf", "reboot", "syslog")) {
      assertEquals(EPERM, run(architecture, name), name);
    }
    // io_uring_setup, keyctl, userfaultfd: named by no rule at all.
    boolean x86 = architecture == Architecture.X86_64;
    for (int number : x86 ? new int[] {425, 250, 323} : new int[] {425, 219, 282}) {
      assertEquals(EPERM, filter(architecture, 0).run(architecture.auditNumber(), number));
    }
  }

  @ParameterizedTest
  @EnumSource
  void chroot_needs_its_capability(Architecture architecture) {
    int number = number(architecture, "chroot");
    assertEquals(ALLOW, run(architecture, "chroot"));
    assertEquals(EPERM, filter(architecture, 0).run(architecture.auditNumber(), number));
  }

  @ParameterizedTest
  @EnumSource
  void clone_may_not_make_namespaces(Architecture architecture) {
    assertEquals(ALLOW, run(architecture, "clone", 17));
    assertEquals(ALLOW, run(architecture, "clone", 0x3d0f00)); // a thread of glibc
    for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
      assertEquals(EPERM, run(architecture, "clone", 1L << bit | 17), "bit " + bit);
    }
    assertEquals(ENOSYS, run(architecture, "clone3"));
  }

  @ParameterizedTest
  @EnumSource
  void clone_is_free_with_sys_admin(Architecture architecture) {
    BpfInterpreter filter = filter(architecture, CAP_SYS_ADMIN);
    int audit = architecture.auditNumber();
    assertEquals(ALLOW, filter.run(audit, number(architecture, "clone"), 1L << 28));
    assertEquals(ALLOW, filter.run(audit, number(architecture, "clone3")));
    assertEquals(ALLOW, filter.run(audit, number(architecture, "mount")));
  }

  @ParameterizedTest
  @EnumSource
  void personality_takes_five_values(Architecture architecture) {
    for (long value : new long[] {0, 8, 0x20000, 0x20008, 0xffffffffL}) {
      assertEquals(ALLOW, run(architecture, "personality", value), Long.toHexString(value));
    }
    for (long value : new long[] {1, 9, 0x40000, 0x0400000, 0x20009}) { // 0x40000: no ASLR
      assertEquals(EPERM, run(architecture, "personality", value), Long.toHexString(value));
    }
  }

  @ParameterizedTest
  @EnumSource
  void sockets_that_no_namespace_confines_are_denied(Architecture architecture) {
    for (long family : new long[] {1, 2, 10, 16, 17, 37, 39, 41}) {
      assertEquals(ALLOW, run(architecture, "socket", family), "family " + family);
    }
    assertEquals(EPERM, run(architecture, "socket", 38)); // AF_ALG
    assertEquals(EPERM, run(architecture, "socket", 40)); // AF_VSOCK
    assertEquals(EPERM, run(architecture, "socket", 1L << 32 | 40), "the kernel sees 40");
  }

  @ParameterizedTest
  @EnumSource
  void other_architectures_are_killed(Architecture architecture) {
    BpfInterpreter filter = filter(architecture, DOCKER_CAPABILITIES);
    assertEquals(KILL_PROCESS, filter.run(0x40000003, 1)); // i386
    assertEquals(KILL_PROCESS, filter.run(0x40000028, 1)); // arm
  }

  @ParameterizedTest
  @EnumSource
  void numbers_out_of_the_ordinary_are_not_there(Architecture architecture) {
    BpfInterpreter filter = filter(architecture, DOCKER_CAPABILITIES);
    for (int number : new int[] {0x40000000, 0x40000001, 0x7fffffff, -1, Integer.MIN_VALUE, 467}) {
      assertEquals(ENOSYS, filter.run(architecture.auditNumber(), number), "call " + number);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_filter_is_a_tree(Architecture architecture) {
    BpfInterpreter filter = filter(architecture, DOCKER_CAPABILITIES);
    for (int number = 0; number <= 500; number++) {
      filter.run(architecture.auditNumber(), number);
      assertTrue(filter.steps() < 20, "call " + number + " takes " + filter.steps() + " steps");
    }
    int instructions =
        SeccompProfile.docker(architecture, DOCKER_CAPABILITIES).compile().length / 8;
    assertTrue(instructions < 4096, instructions + " instructions"); // BPF_MAXINSNS
  }

  @Test
  void branches_reach_over_more_than_a_conditional_jump_can() {
    Bpf far = new Bpf();
    for (int i = 0; i < 300; i++) {
      far.load(0);
    }
    byte[] program = new Bpf().load(0).branch(7, far.giveBack(1), new Bpf().giveBack(2)).toBytes();
    assertEquals(1, new BpfInterpreter(program).run(0, 6));
    assertEquals(2, new BpfInterpreter(program).run(0, 7));
  }

  private static int run(Architecture architecture, String name, long... arguments) {
    int number = number(architecture, name);
    return filter(architecture, DOCKER_CAPABILITIES)
        .run(architecture.auditNumber(), number, arguments);
  }

  private static BpfInterpreter filter(Architecture architecture, long capabilities) {
    return new BpfInterpreter(SeccompProfile.docker(architecture, capabilities).compile());
  }

  private static int number(Architecture architecture, String name) {
    for (ProfileTable.Line line : ProfileTable.read(architecture)) {
      if (line.name().equals(name)) {
        return line.number();
      }
    }
    throw new AssertionError("the profile does not name " + name);
  }
}
