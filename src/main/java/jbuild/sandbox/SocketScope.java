package jbuild.sandbox;

import static jbuild.linux.Arg.NONE;
import static jbuild.linux.Arg.cells;
import static jbuild.linux.Arg.number;

import jbuild.linux.Arg;
import jbuild.linux.Syscall;
import jbuild.linux.SyscallProgram;

/**
 * Abstract unix sockets belong to a network namespace. In the host's network a sandbox would reach
 * all of the host's, some of which trust whoever connects (CVE-2020-15257, desktop buses), so it is
 * confined to those that its own processes have made; landlock(7), "Scope flags". Kernels before
 * 6.12 cannot do that.
 */
final class SocketScope {
  private static final int FIRST_VERSION = 6;
  private static final int SCOPE_ABSTRACT_UNIX_SOCKET = 1;
  private static final int RULESET_SIZE = 24;

  private SocketScope() {}

  /** Needs CAP_SYS_ADMIN, as not all sandboxes have no_new_privs. */
  static void restrict(SyscallProgram program, HostFacts host) {
    if (host.landlockVersion() < FIRST_VERSION) {
      return;
    }
    Arg.Slot ruleset =
        program.call(
            "make a rule for abstract sockets",
            Syscall.LANDLOCK_CREATE_RULESET,
            cells(NONE, NONE, number(SCOPE_ABSTRACT_UNIX_SOCKET)), // struct landlock_ruleset_attr
            number(RULESET_SIZE),
            NONE);
    program.call("keep to own abstract sockets", Syscall.LANDLOCK_RESTRICT_SELF, ruleset, NONE);
  }
}
