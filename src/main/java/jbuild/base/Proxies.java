package jbuild.base;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a URL is fetched through, as the environment says it: {@code HTTP_PROXY}, {@code
 * HTTPS_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in small letters first, as curl(1) reads
 * them. Loopback addresses never go through a proxy.
 */
public final class Proxies {
  /** Every connection is direct. */
  public static final Proxies NONE = new Proxies(Map.of());

  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> variables = new HashMap<>();

  /** A proxy and what it wants to see before it forwards anything. */
  record Choice(Proxy proxy, @Nullable String authorization) {}

  private static final Choice DIRECT = new Choice(Proxy.NO_PROXY, null);

  private Proxies(Map<String, String> environment) {
    for (String name : new String[] {"http", "https", "all", "no"}) {
      String small = name + "_proxy";
      String value = environment.getOrDefault(small, environment.get(upper(small)));
      if (value != null && !value.isBlank()) {
        variables.put(name, value.strip());
      }
    }
  }

  public static Proxies of(Map<String, String> environment) {
    return new Proxies(environment);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  Choice choose(URL target) throws BaseException {
    String proxy = variables.getOrDefault(target.getProtocol(), variables.get("all"));
    if (proxy == null || isExempt(target)) {
      return DIRECT;
    }
    return parse(proxy);
  }

  private static Choice parse(String text) throws BaseException {
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() == null || !(scheme.equals("http") || scheme.startsWith("socks5"))) {
        throw new BaseException(
            "use proxy " + redact(text) + ": it is not of the form http://HOST:PORT");
      }
      boolean socks = !scheme.equals("http");
      int port = uri.getPort() >= 0 ? uri.getPort() : socks ? 1080 : DEFAULT_PORT;
      String user = uri.getUserInfo();
      return new Choice(
          new Proxy(
              socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
              new InetSocketAddress(uri.getHost(), port)),
          user == null ? null : basic(user));
    } catch (URISyntaxException e) {
      throw new BaseException("use proxy " + redact(text) + ": it is not a URL", e);
    }
  }

  /** RFC 7617. */
  static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  /** Without user and password, which are nobody's business. */
  static String redact(String url) {
    return url.replaceFirst("^([a-zA-Z0-9+.-]+://)[^/?#]*@", "$1");
  }

  private boolean isExempt(URL target) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    for (String entry : variables.getOrDefault("no", "").split("[,\\s]+", -1)) {
      if (matches(entry.toLowerCase(Locale.ROOT), host, port(target))) {
        return true;
      }
    }
    return false;
  }

  private static int port(URL target) {
    return target.getPort() >= 0 ? target.getPort() : target.getDefaultPort();
  }

  /** {@code *}, {@code example.org} (and what is below it), {@code .example.org}, with a port. */
  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    if (colon > 0 && !entry.endsWith("]")) {
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    name = name.startsWith("*.") ? name.substring(1) : name;
    String bare = name.startsWith(".") ? name.substring(1) : name;
    return !bare.isEmpty()
        && (host.endsWith("." + bare) || (host.equals(bare) && bare.length() == name.length()));
  }
}
