package jbuild.base;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Which of this machine's programs make up {@code FROM host}. */
final class HostPrograms {
  /** Where programs are looked for, in order; PATH has no say, so that everybody gets the same. */
  static final List<String> DIRECTORIES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

  /** Must be there: RUN's shell form and CMD need it. */
  static final String SHELL = "/bin/sh";

  /**
   * A shell and what scripts expect beside it: POSIX' utilities as far as they are files, GNU
   * coreutils' everyday commands, find, grep, sed, awk, tar and the compressors. No program that is
   * set-user-ID or of use only with a network or a daemon; and not ps, which where it is linked
   * with libsystemd would bring six libraries, a third of the whole.
   */
  private static final String USUAL =
      """
      [ awk base64 basename bash bunzip2 bzip2 cat chgrp chmod chown cksum cmp comm cp cut
      date dd df diff dirname du echo egrep env expand expr factor false fgrep find fold
      getent getopt grep groups gunzip gzip head hostname id install join kill link ln ls
      md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc od paste printenv printf pwd
      readlink realpath rm rmdir sed seq sha1sum sha256sum sha512sum shuf sleep sort split
      stat stty sync tac tail tar tee test timeout touch tr true truncate tsort tty uname
      unexpand uniq unlink unxz wc which whoami xargs xz yes zcat
      """;

  private HostPrograms() {}

  /** The names of the usual programs; few machines have them all. */
  static List<String> usual() {
    List<String> names = new ArrayList<>();
    StringTokenizer words = new StringTokenizer(USUAL);
    while (words.hasMoreTokens()) {
      names.add(words.nextToken());
    }
    return names;
  }
}
