package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import jbuild.buildfile.SyntaxException;

/**
 * The words of EXPOSE: {@code 80}, {@code 80/udp}, {@code 8000-8010}. An address and a host port in
 * front ({@code 127.0.0.1:8080:80}) are accepted and have no effect, as in BuildKit.
 */
final class PortSpecs {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}"
              + "|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

  private PortSpecs() {}

  /** The ports as an image configuration names them. */
  static List<String> parse(String text) throws SyntaxException {
    int colon = text.lastIndexOf(':');
    String container = text.substring(colon + 1);
    int slash = container.indexOf('/');
    String range = slash < 0 ? container : container.substring(0, slash);
    String protocol =
        slash < 0 || slash == container.length() - 1
            ? "tcp"
            : container.substring(slash + 1).toLowerCase(Locale.ROOT);
    if (!protocol.equals("tcp") && !protocol.equals("udp") && !protocol.equals("sctp")) {
      throw new SyntaxException("invalid protocol in port: " + text + " (tcp, udp or sctp)");
    }
    int[] bounds = range(text, range);
    checkHostPart(text, colon, bounds[1] - bounds[0]);
    List<String> ports = new ArrayList<>();
    for (int port = bounds[0]; port <= bounds[1]; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }

  private static void checkHostPart(String text, int colon, int more) throws SyntaxException {
    if (colon < 0) {
      return;
    }
    int before = text.lastIndexOf(':', colon - 1);
    String hostPort = text.substring(before + 1, colon);
    if (!hostPort.isEmpty()) {
      int[] bounds = range(text, hostPort);
      if (more > 0 && bounds[1] - bounds[0] != more) {
        throw new SyntaxException("ranges of different length in port: " + text);
      }
    }
    String address = before < 0 ? "" : text.substring(0, before);
    if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
      throw new SyntaxException("invalid address in port: " + text);
    }
  }

  private static int[] range(String text, String range) throws SyntaxException {
    int dash = range.indexOf('-');
    int first = port(text, dash < 0 ? range : range.substring(0, dash));
    int last = dash < 0 ? first : port(text, range.substring(dash + 1));
    if (last < first) {
      throw new SyntaxException("invalid range of ports: " + text);
    }
    return new int[] {first, last};
  }

  private static int port(String text, String number) throws SyntaxException {
    int value = number.isEmpty() ? -1 : 0;
    for (int i = 0; i < number.length() && value >= 0; i++) {
      int digit = number.charAt(i) - '0';
      value = digit < 0 || digit > 9 ? -1 : value * 10 + digit;
      if (value > 65535) {
        value = -1;
      }
    }
    if (value < 0) {
      throw new SyntaxException("invalid port: " + text + " (a number up to 65535)");
    }
    return value;
  }
}
