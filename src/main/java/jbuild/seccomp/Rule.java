package jbuild.seccomp;

/**
 * What happens to a system call. Arguments are compared by the 32 bits that the kernel itself looks
 * at, so that a bit above them cannot slip past (the arguments meant here are of type int).
 */
enum Rule {
  ALLOW,
  /** EPERM: known and not permitted. */
  DENY,
  /** ENOSYS: programs fall back to an older call. */
  NOT_THERE,
  /** clone(2) without new namespaces. */
  CLONE,
  /** The personalities that Docker permits: Linux, Linux with 32-bit uname, and the query. */
  PERSONALITY,
  /** Sockets but for AF_ALG and AF_VSOCK, which namespaces do not confine. */
  SOCKET;

  /** seccomp(2): SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with the errno in the low bits. */
  static final int RETURN_ALLOW = 0x7fff0000;

  static final int RETURN_DENY = 0x00050000 | 1;
  static final int RETURN_NOT_THERE = 0x00050000 | 38;

  /** Where the low half of the first argument lies in {@code struct seccomp_data}. */
  private static final int FIRST_ARGUMENT = 16;

  /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
  private static final int NEW_NAMESPACES = 0x7E020000;

  private static final int UNAME26 = 0x0020000;
  private static final int PER_LINUX32 = 0x0008;
  private static final int AF_ALG = 38;
  private static final int AF_VSOCK = 40;

  /** The piece of program that gives the verdict. */
  Bpf compile() {
    return switch (this) {
      case ALLOW -> new Bpf().giveBack(RETURN_ALLOW);
      case DENY -> new Bpf().giveBack(RETURN_DENY);
      case NOT_THERE -> new Bpf().giveBack(RETURN_NOT_THERE);
      case CLONE ->
          new Bpf()
              .load(FIRST_ARGUMENT)
              .jump(Bpf.JUMP_ANY_BIT, NEW_NAMESPACES, 1, 0)
              .giveBack(RETURN_ALLOW)
              .giveBack(RETURN_DENY);
      case PERSONALITY ->
          new Bpf()
              .load(FIRST_ARGUMENT)
              .jump(Bpf.JUMP_EQUAL, 0, 5, 0)
              .jump(Bpf.JUMP_EQUAL, PER_LINUX32, 4, 0)
              .jump(Bpf.JUMP_EQUAL, UNAME26, 3, 0)
              .jump(Bpf.JUMP_EQUAL, UNAME26 | PER_LINUX32, 2, 0)
              .jump(Bpf.JUMP_EQUAL, 0xffffffff, 1, 0)
              .giveBack(RETURN_DENY)
              .giveBack(RETURN_ALLOW);
      case SOCKET ->
          new Bpf()
              .load(FIRST_ARGUMENT)
              .jump(Bpf.JUMP_EQUAL, AF_ALG, 2, 0)
              .jump(Bpf.JUMP_EQUAL, AF_VSOCK, 1, 0)
              .giveBack(RETURN_ALLOW)
              .giveBack(RETURN_DENY);
    };
  }
}
