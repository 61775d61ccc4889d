package jbuild.layer;

import jbuild.linux.ErrnoException;

/** Says a failed system call in the words of the task: which path, why, what to do about it. */
final class HostFailure {
  private HostFailure() {}

  static LayerException of(String tried, String path, ErrnoException cause) {
    String remedy =
        switch (cause.errno()) {
          case ENOSPC, EDQUOT -> " (free some space on that file system)";
          case EROFS -> " (choose a place that can be written)";
          case EMFILE, ENFILE -> " (raise the limit, see ulimit -n)";
          case ELOOP, ENOTDIR, ESTALE -> " (it was changed meanwhile; try again)";
          case EXDEV, EBUSY -> " (something is mounted there; unmount it first)";
          case UNKNOWN -> " (" + cause.getMessage() + ")";
          default -> "";
        };
    return new LayerException(tried + " " + path + ": " + cause.errno().text() + remedy, cause);
  }
}
