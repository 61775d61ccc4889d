package jbuild.base;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one URL, through proxies and redirections, as long as the time for all of them lasts.
 */
final class HttpRequests {
  /** RFC 9110, 15.5.17: what was asked for lies behind the end. */
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final int CONNECT_MILLIS = 30_000;
  private static final int READ_MILLIS = 60_000;
  private static final int MAX_REDIRECTS = 10;

  private final String url;
  private final FetchRules rules;
  private final Validators known;
  private final long start = System.nanoTime();

  /**
   * @param known the version that need not be sent again
   */
  HttpRequests(String url, FetchRules rules, Validators known) {
    this.url = url;
    this.rules = rules;
    this.known = known;
  }

  /** What cannot be helped by asking again. */
  BaseException failure(String why) {
    return new BaseException(inWords(why));
  }

  BaseException failure(String why, Throwable cause) {
    return new BaseException(inWords(why), cause);
  }

  private String inWords(String why) {
    return "fetch " + Proxies.redact(url) + ": " + why;
  }

  /** Fails when the time is over. */
  long millisLeft() throws BaseException {
    long left = rules.maxTime().toMillis() - (System.nanoTime() - start) / 1_000_000;
    if (left <= 0) {
      throw failure("it takes longer than " + rules.maxTime().toSeconds() + " s");
    }
    return left;
  }

  /**
   * Sends a request, and others where the answers lead. The answer's status is 200 or another of
   * that kind, 304 or 416.
   *
   * @param from the first byte that is wanted
   * @param validator of the version of which the bytes before are there; null when there are none
   * @throws BaseException when another request would get no other answer
   */
  HttpURLConnection send(long from, @Nullable String validator) throws IOException {
    URL target = parse();
    String user = target.getUserInfo();
    String host = target.getAuthority();
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpURLConnection connection = open(target);
      if (user != null && host.equals(target.getAuthority())) {
        connection.setRequestProperty("Authorization", Proxies.basic(decoded(user)));
      }
      if (from > 0) {
        connection.setRequestProperty("Range", "bytes=" + from + "-");
        connection.setRequestProperty("If-Range", validator);
      } else {
        askForChanges(connection);
      }
      int status = connection.getResponseCode();
      if (isAnswer(status)) {
        return connection;
      }
      String location = connection.getHeaderField("Location");
      if (status / 100 != 3 || location == null) {
        throw refusal(status);
      }
      target = redirect(target, location);
      connection.disconnect();
    }
    throw failure("more than " + MAX_REDIRECTS + " redirections");
  }

  private HttpURLConnection open(URL target) throws IOException {
    Proxies.Choice choice = rules.proxies().choose(target);
    URLConnection opened = target.openConnection(choice.proxy());
    if (!(opened instanceof HttpURLConnection connection)) {
      throw failure(target.getProtocol() + " is not HTTP");
    }
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) Math.min(CONNECT_MILLIS, millisLeft()));
    connection.setReadTimeout((int) Math.min(READ_MILLIS, millisLeft()));
    if (choice.authorization() != null) {
      connection.setRequestProperty("Proxy-Authorization", choice.authorization());
    }
    connection.setRequestProperty("User-Agent", "jbuild");
    connection.setRequestProperty("Accept-Encoding", "identity");
    return connection;
  }

  private void askForChanges(HttpURLConnection connection) {
    if (known.tag() != null) {
      connection.setRequestProperty("If-None-Match", known.tag());
    }
    if (known.lastModified() != null) {
      connection.setRequestProperty("If-Modified-Since", known.lastModified());
    }
  }

  private boolean isAnswer(int status) {
    return status / 100 == 2
        || status == RANGE_NOT_SATISFIABLE
        || (status == HttpURLConnection.HTTP_NOT_MODIFIED && !known.equals(Validators.NONE));
  }

  private IOException refusal(int status) {
    if (status / 100 == 5) {
      return new IOException("the server answered " + status); // perhaps not the next time
    }
    return failure(status < 0 ? "what answered is no web server" : "the server answered " + status);
  }

  private URL parse() throws BaseException {
    try {
      return checked(new URL(url));
    } catch (MalformedURLException e) {
      throw failure("not a URL: " + e.getMessage(), e);
    }
  }

  /** What URL itself does not look at, and connections then trip over. */
  private static URL checked(URL url) throws MalformedURLException {
    if (url.getHost().isEmpty()) {
      throw new MalformedURLException("no host");
    }
    if (url.getPort() > 0xffff) {
      throw new MalformedURLException("no such port: " + url.getPort());
    }
    return url;
  }

  /** User and password, in which a plus sign, unlike in a query, is one. */
  private String decoded(String user) throws BaseException {
    try {
      return URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw failure("user or password has a % that two digits do not follow", e);
    }
  }

  /** Never from https to http: what is on the way could be changed then. */
  private URL redirect(URL from, String location) throws IOException {
    URL to;
    try {
      to = new URL(from, location);
      if (Download.isUrl(to.toString())) {
        to = checked(to);
      }
    } catch (MalformedURLException e) {
      throw failure("redirected to no URL: " + location, e);
    }
    boolean leavesTls = from.getProtocol().equals("https") && !to.getProtocol().equals("https");
    if (leavesTls || !Download.isUrl(to.toString())) {
      throw failure("redirected to " + to + ", which is not followed");
    }
    return to;
  }
}
