package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final String URL = "http://files.example.org:8080/x";

  private static String proxy(Map<String, String> environment, String url) throws IOException {
    Proxy proxy = Proxies.of(environment).choose(new URL(url)).proxy();
    return proxy.equals(Proxy.NO_PROXY) ? "direct" : String.valueOf(proxy.address());
  }

  private static String with(String noProxy) throws IOException {
    return proxy(Map.of("http_proxy", "http://127.0.0.1:3128", "NO_PROXY", noProxy), URL);
  }

  @Test
  void each_scheme_has_its_proxy_and_small_letters_come_first() throws IOException {
    Map<String, String> environment =
        Map.of(
            "HTTP_PROXY", "http://127.0.0.1:1",
            "http_proxy", "127.0.0.1:2",
            "HTTPS_PROXY", "http://127.0.0.1:3");
    assertEquals("/127.0.0.1:2", proxy(environment, URL));
    assertEquals("/127.0.0.1:3", proxy(environment, "https://files.example.org/x"));
    assertEquals("direct", proxy(Map.of("HTTPS_PROXY", "http://127.0.0.1:3"), URL));
    assertEquals("/127.0.0.1:4", proxy(Map.of("ALL_PROXY", "socks5://127.0.0.1:4"), URL));
  }

  @Test
  void loopback_is_never_behind_a_proxy() throws IOException {
    Map<String, String> environment = Map.of("http_proxy", "http://127.0.0.1:3128");
    assertEquals("direct", proxy(environment, "http://127.0.0.1:5000/x"));
    assertEquals("direct", proxy(environment, "http://localhost/x"));
    assertEquals("direct", proxy(environment, "http://[::1]/x"));
  }

  @Test
  void no_proxy_names_hosts_domains_and_ports() throws IOException {
    for (String exempt :
        new String[] {
          "*",
          "files.example.org",
          "example.org",
          ".example.org",
          "*.example.org",
          "other, EXAMPLE.org",
          "files.example.org:8080"
        }) {
      assertEquals("direct", with(exempt), exempt);
    }
    for (String other :
        new String[] {
          "", "ample.org", "files.example.org:80", ".files.example.org", "xfiles.example.org"
        }) {
      assertEquals("/127.0.0.1:3128", with(other), other);
    }
  }

  @Test
  void a_proxy_that_is_none_is_an_error_without_its_password() {
    for (String wrong : new String[] {"ftp://me:secret@h:1", "http://me:secret@ h"}) {
      BaseException error =
          assertThrows(BaseException.class, () -> proxy(Map.of("http_proxy", wrong), URL));
      assertEquals(-1, error.getMessage().indexOf("secret"), error.getMessage());
    }
  }

  @Test
  void user_and_password_of_a_proxy_are_for_the_proxy() throws IOException {
    Map<String, String> environment = Map.of("http_proxy", "http://me:secret@127.0.0.1:3128");
    assertEquals(
        "Basic bWU6c2VjcmV0", Proxies.of(environment).choose(new URL(URL)).authorization());
  }
}
