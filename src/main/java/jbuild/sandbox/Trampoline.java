package jbuild.sandbox;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Arch;

/**
 * The program between the JVM and the sandboxed one. The child first becomes this tiny static ELF
 * file, which lies in a sealed memory file, and only then the program of the image. Whatever an
 * image makes of /proc/self/exe (as a link, as a {@code #!} interpreter, as PT_INTERP), it gets
 * this and never the host's java binary: the attack of CVE-2019-5736.
 *
 * <p>The sources are in src/main/asm; a test assembles them and compares.
 */
final class Trampoline {
  /** The descriptor of the pipe on which the trampoline reports that nothing could be executed. */
  static final int STATUS_FD = 3;

  private static final String X86_64 =
      "7f454c4602010100000000000000000002003e0001000000b000400000000000"
          + "4000000000000000000000000000000000000000400038000200000000000000"
          + "0100000005000000000000000000000000004000000000000000400000000000"
          + "63010000000000006301000000000000000001000000000051e5746406000000"
          + "0000000000000000000000000000000000000000000000000000000000000000"
          + "00000000000000001000000000000000488b1c244c8d6c24084d8d7cdd084d89"
          + "eebd020000004531e431db498b064983c6084885c0747680380075efbf030000"
          + "00be02000000ba01000000b8480000000f05498b7d00803f0074354c89f64c89"
          + "fab83b0000000f05f7d883f802741483f814740f83f80d751283fd0d740589c5"
          + "4189dc4983c508ffc3ebc789c54189dc50892c244489642404bf030000004889"
          + "e6ba08000000b8010000000f05bf7f00000083fd027405bf7e000000b8e70000"
          + "000f05";

  private static final String AARCH64 =
      "7f454c460201010000000000000000000200b70001000000b000400000000000"
          + "4000000000000000000000000000000000000000400038000200000000000000"
          + "0100000005000000000000000000000000004000000000000000400000000000"
          + "7c010000000000007c01000000000000000001000000000051e5746406000000"
          + "0000000000000000000000000000000000000000000000000000000000000000"
          + "00000000000000001000000000000000e90340f9f3230091740e098b94220091"
          + "f50313aa56008052f7031f2af8031f2aa98640f8890400b42a014039aaffff35"
          + "600080d2410080d2220080d2280380d2010000d4608640f80a0040398a020034"
          + "e10315aae20314aaa81b80d2010000d4e003004b1f080071200100541f500071"
          + "e00000541f340071e1000054df36007160000054f603002af703182a18070011"
          + "edffff17f603002af703182af65fbe29600080d2e1030091020180d2080880d2"
          + "010000d4e00f80d2df0a007140000054c00f80d2c80b80d2010000d4";

  private static final ByteString DEFAULT_PATH =
      ByteString.of("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

  private static final ByteString PATH_VARIABLE = ByteString.of("PATH=");
  private static final ByteString SLASH = ByteString.of("/");

  private Trampoline() {}

  static byte[] image(Arch arch) {
    return HexFormat.of().parseHex(arch == Arch.X86_64 ? X86_64 : AARCH64);
  }

  /** What the trampoline is started with: the candidates, an empty string, the program's argv. */
  static List<ByteString> argv(List<ByteString> candidates, List<ByteString> argv) {
    List<ByteString> all = new ArrayList<>(candidates.size() + 1 + argv.size());
    all.addAll(candidates);
    all.add(ByteString.EMPTY);
    all.addAll(argv);
    return all;
  }

  /**
   * The paths to try for {@code program}, as execvp(3) does: itself if it holds a slash, else its
   * name in every directory of PATH. An empty directory is the working directory.
   */
  static List<ByteString> candidates(ByteString program, List<ByteString> env) {
    if (program.isEmpty()) {
      return List.of();
    }
    if (program.indexOf('/') >= 0) {
      return List.of(program);
    }
    ByteString path = DEFAULT_PATH;
    for (ByteString variable : env) {
      if (variable.startsWith(PATH_VARIABLE)) {
        path = variable.substring(PATH_VARIABLE.length());
      }
    }
    List<ByteString> candidates = new ArrayList<>();
    int from = 0;
    while (from <= path.length()) {
      int colon = path.indexOf(':', from);
      int to = colon < 0 ? path.length() : colon;
      ByteString directory = from == to ? ByteString.of(".") : path.substring(from, to);
      candidates.add(directory.concat(SLASH).concat(program));
      from = to + 1;
    }
    return candidates;
  }
}
