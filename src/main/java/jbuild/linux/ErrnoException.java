package jbuild.linux;

import java.io.IOException;

/**
 * A system call failed. This is the only place where an errno meets Java; the message has the form
 * {@code openat /x: ENOENT (no such file or directory)}.
 */
public final class ErrnoException extends IOException {
  private final Errno errno;

  /** {@code tried} names the call and what it was made on. */
  public ErrnoException(String tried, Errno errno) {
    this(tried, errno, "");
  }

  /** {@code detail} is what the kernel or the caller knows beyond the number; may be empty. */
  public ErrnoException(String tried, Errno errno, String detail) {
    super(
        tried
            + ": "
            + errno
            + " ("
            + errno.text()
            + (detail.isEmpty() ? ")" : "; " + detail + ")"));
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }

  /** Whether {@code errno} is the reason, for the call sites that expect one. */
  public boolean is(Errno expected) {
    return errno == expected;
  }
}
