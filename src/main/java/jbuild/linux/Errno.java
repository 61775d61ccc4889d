package jbuild.linux;

import java.util.Arrays;

/**
 * The error numbers of errno(3) that jbuild can meet. x86-64 and aarch64 share them
 * (include/uapi/asm-generic/errno.h).
 */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  ESRCH(3, "no such process"),
  EINTR(4, "interrupted system call"),
  EIO(5, "input/output error"),
  ENXIO(6, "no such device or address"),
  E2BIG(7, "argument list too long"),
  ENOEXEC(8, "exec format error"),
  EBADF(9, "bad file descriptor"),
  ECHILD(10, "no child processes"),
  EAGAIN(11, "resource temporarily unavailable"),
  ENOMEM(12, "cannot allocate memory"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad address"),
  ENOTBLK(15, "block device required"),
  EBUSY(16, "device or resource busy"),
  EEXIST(17, "file exists"),
  EXDEV(18, "invalid cross-device link"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files in system"),
  EMFILE(24, "too many open files"),
  ENOTTY(25, "inappropriate ioctl for device"),
  ETXTBSY(26, "text file busy"),
  EFBIG(27, "file too large"),
  ENOSPC(28, "no space left on device"),
  ESPIPE(29, "illegal seek"),
  EROFS(30, "read-only file system"),
  EMLINK(31, "too many links"),
  EPIPE(32, "broken pipe"),
  ERANGE(34, "numerical result out of range"),
  EDEADLK(35, "resource deadlock avoided"),
  ENAMETOOLONG(36, "file name too long"),
  ENOLCK(37, "no locks available"),
  ENOSYS(38, "function not implemented"),
  ENOTEMPTY(39, "directory not empty"),
  ELOOP(40, "too many levels of symbolic links"),
  ENODATA(61, "no data available"),
  ETIME(62, "timer expired"),
  ENOLINK(67, "link has been severed"),
  EPROTO(71, "protocol error"),
  EBADMSG(74, "bad message"),
  EOVERFLOW(75, "value too large for defined data type"),
  EBADFD(77, "file descriptor in bad state"),
  EUSERS(87, "too many users"),
  ENOTSOCK(88, "socket operation on non-socket"),
  EDESTADDRREQ(89, "destination address required"),
  EMSGSIZE(90, "message too long"),
  EOPNOTSUPP(95, "operation not supported"),
  EADDRINUSE(98, "address already in use"),
  EADDRNOTAVAIL(99, "cannot assign requested address"),
  ENETDOWN(100, "network is down"),
  ENETUNREACH(101, "network is unreachable"),
  ECONNABORTED(103, "software caused connection abort"),
  ECONNRESET(104, "connection reset by peer"),
  ENOBUFS(105, "no buffer space available"),
  ENOTCONN(107, "transport endpoint is not connected"),
  ETIMEDOUT(110, "connection timed out"),
  ECONNREFUSED(111, "connection refused"),
  EHOSTUNREACH(113, "no route to host"),
  EALREADY(114, "operation already in progress"),
  EINPROGRESS(115, "operation now in progress"),
  ESTALE(116, "stale file handle"),
  EUCLEAN(117, "structure needs cleaning"),
  EDQUOT(122, "disk quota exceeded"),
  ENOMEDIUM(123, "no medium found"),
  EMEDIUMTYPE(124, "wrong medium type"),
  ECANCELED(125, "operation canceled"),
  ENOKEY(126, "required key not available"),
  EKEYREJECTED(129, "key was rejected by service"),
  EOWNERDEAD(130, "owner died"),
  /** Any number not in this list, which a new kernel or a strange driver may return. */
  UNKNOWN(0, "unknown error");

  private static final Errno[] BY_NUMBER = byNumber();

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  public int number() {
    return number;
  }

  /** What it means, in the words of strerror(3). */
  public String text() {
    return text;
  }

  /** The constant for {@code number}, {@link #UNKNOWN} if there is none. */
  public static Errno of(int number) {
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }

  private static Errno[] byNumber() {
    Errno[] table = new Errno[134]; // ERFKILL, 132, is the last number but one of Linux
    Arrays.fill(table, UNKNOWN);
    for (Errno errno : values()) {
      table[errno.number] = errno;
    }
    return table;
  }
}
