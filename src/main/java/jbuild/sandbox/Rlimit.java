package jbuild.sandbox;

import java.util.List;

/**
 * A limit of setrlimit(2).
 *
 * @param name as {@code --ulimit} has it, such as {@code nofile}
 * @param soft what counts; -1 for none
 * @param hard what the process itself may raise it to; -1 for none
 */
public record Rlimit(String name, long soft, long hard) {
  /** In the order of their numbers, include/uapi/asm-generic/resource.h. */
  public static final List<String> NAMES =
      List.of(
          "cpu",
          "fsize",
          "data",
          "stack",
          "core",
          "rss",
          "nproc",
          "nofile",
          "memlock",
          "as",
          "locks",
          "sigpending",
          "msgqueue",
          "nice",
          "rtprio",
          "rttime");

  public Rlimit {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no such limit: " + name);
    }
  }

  int number() {
    return NAMES.indexOf(name);
  }
}
