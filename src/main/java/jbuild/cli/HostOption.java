package jbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import jbuild.arguments.UsageException;

/** {@code --add-host NAME:IP} or {@code NAME=IP}. */
final class HostOption {
  /** Steps that can reach a network have the host's own, where the host is the loopback address. */
  private static final String GATEWAY = "host-gateway";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
  private static final Pattern V4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,15})?");

  private HostOption() {}

  /** Lines for hosts(5). */
  static List<String> lines(List<String> given) throws UsageException {
    List<String> lines = new ArrayList<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      int separator = equals > 0 ? equals : text.indexOf(':');
      String name = separator < 0 ? text : text.substring(0, separator);
      String address = separator < 0 ? "" : text.substring(separator + 1);
      if (address.startsWith("[") && address.endsWith("]")) {
        address = address.substring(1, address.length() - 1);
      }
      if (!NAME.matcher(name).matches() || !isAddress(address)) {
        throw new UsageException(
            "--add-host " + text + ": not of the form NAME:IP (or NAME:" + GATEWAY + ")");
      }
      lines.add((address.equals(GATEWAY) ? "127.0.0.1" : address) + "\t" + name);
    }
    return lines;
  }

  private static boolean isAddress(String text) {
    if (text.equals(GATEWAY)) {
      return true;
    }
    if (!V4.matcher(text).matches()) {
      return text.indexOf(':') >= 0 && V6.matcher(text).matches();
    }
    for (String part : text.split("\\.", -1)) {
      if (Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
