package jbuild.faults;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import jbuild.linux.Errno;

/** Counts what passes a door, from any thread, and picks the one operation that goes wrong. */
public final class Faults {
  private final AtomicInteger passed = new AtomicInteger();
  private final int victim;
  private final Kind kind;
  private volatile String struck = "";

  /** How it goes wrong. */
  public enum Kind {
    ENOSPC(Errno.ENOSPC, "No space left on device"),
    EIO(Errno.EIO, "Input/output error"),
    EMFILE(Errno.EMFILE, "Too many open files"),
    EINTR(Errno.EINTR, "Interrupted system call"),
    /** A write or read moves fewer bytes than it could; other operations succeed. */
    SHORT(Errno.UNKNOWN, "");

    private final Errno errno;
    private final String text;

    Kind(Errno errno, String text) {
      this.errno = errno;
      this.text = text;
    }

    Errno errno() {
      return errno;
    }

    /** As strerror(3) says it to the JDK. */
    public String text() {
      return text;
    }
  }

  private Faults(int victim, Kind kind) {
    this.victim = victim;
    this.kind = kind;
  }

  /** Nothing goes wrong. */
  public static Faults none() {
    return new Faults(0, Kind.EIO);
  }

  /** The {@code n}-th operation, counted from 1, goes wrong. */
  public static Faults at(int n, Kind kind) {
    return new Faults(n, kind);
  }

  /** Operations so far. */
  public int passed() {
    return passed.get();
  }

  /** What went wrong; empty as long as nothing has. */
  public String struck() {
    return struck;
  }

  /** The words, in lower case, that say why the operation failed. */
  public String reason() {
    return kind == Kind.ENOSPC ? "no space left on" : kind.text().toLowerCase(Locale.ROOT);
  }

  Kind kind() {
    return kind;
  }

  /** Whether this operation is the one. */
  boolean strikes(String operation, Object subject) {
    if (passed.incrementAndGet() != victim) {
      return false;
    }
    struck = operation + " " + subject;
    return true;
  }

  /** Whether this operation is the one and has to fail: a short one is none. */
  boolean fails(String operation, Object subject) {
    return strikes(operation, subject) && kind != Kind.SHORT;
  }
}
