package jbuild.linux;

/**
 * Flags of openat(2) and openat2(2). Three of them differ between x86-64
 * (include/uapi/asm-generic/fcntl.h) and aarch64 (arch/arm64/include/uapi/asm/fcntl.h).
 */
public final class OpenFlags {
  public static final int RDONLY = 0;
  public static final int WRONLY = 01;
  public static final int RDWR = 02;
  public static final int CREAT = 0100;
  public static final int EXCL = 0200;
  public static final int NOCTTY = 0400;
  public static final int TRUNC = 01000;
  public static final int APPEND = 02000;
  public static final int NONBLOCK = 04000;
  public static final int CLOEXEC = 02000000;
  public static final int PATH = 010000000;

  public static final int DIRECTORY = directory(Arch.host());
  public static final int NOFOLLOW = nofollow(Arch.host());
  public static final int TMPFILE = 020000000 | DIRECTORY;

  /** openat2(2), resolve: a mount point on the way is an error. */
  public static final long RESOLVE_NO_XDEV = 0x01;

  /** Links of /proc such as /proc/self/fd/N and /proc/self/exe are errors. */
  public static final long RESOLVE_NO_MAGICLINKS = 0x02;

  public static final long RESOLVE_NO_SYMLINKS = 0x04;

  /** The path may not leave the directory it starts from. */
  public static final long RESOLVE_BENEATH = 0x08;

  /** The directory is the root while the path is resolved, as with chroot(2). */
  public static final long RESOLVE_IN_ROOT = 0x10;

  private OpenFlags() {}

  static int directory(Arch arch) {
    return arch == Arch.X86_64 ? 0200000 : 040000;
  }

  static int nofollow(Arch arch) {
    return arch == Arch.X86_64 ? 0400000 : 0100000;
  }
}
