package jbuild.sandbox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jbuild.linux.Errno;

/** What to do about a step that failed, for the reasons that are known. */
final class Hints {
  private static final Pattern OWN = Pattern.compile("^open mount point (/dev|/proc|/sys)/");

  private Hints() {}

  /** {@code " (...)"}, or empty. */
  static String of(String step, Errno errno) {
    boolean mountPoint = step.startsWith("open mount point ");
    if (errno == Errno.ENOSYS) {
      return " (Linux 5.11 or newer is needed)";
    }
    if (mountPoint && errno == Errno.ELOOP) {
      return " (the image has a symbolic link there: make it a directory)";
    }
    if (mountPoint && (errno == Errno.ENOENT || errno == Errno.ENOTDIR)) {
      Matcher own = OWN.matcher(step);
      if (own.find()) {
        String place = own.group(1);
        return " (it is to be made below the sandbox's own " + place + ": choose another place)";
      }
      return " (the image does not have it)";
    }
    if (step.startsWith("go to ") && (errno == Errno.ENOENT || errno == Errno.ENOTDIR)) {
      return " (the working directory must exist in the image)";
    }
    if (step.contains("overlay") && errno == Errno.EINVAL) {
      return " (is the upper directory itself on an overlay?)";
    }
    if (step.equals("execute the trampoline") && errno == Errno.E2BIG) {
      return " (arguments and environment are too long)";
    }
    return "";
  }
}
