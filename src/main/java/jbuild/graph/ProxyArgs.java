package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The build arguments that every RUN sees without asking and that leave no trace in history and
 * cache key (reference, "Predefined ARGs").
 */
final class ProxyArgs {
  private static final List<String> NAMES =
      List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private ProxyArgs() {}

  static boolean isProxy(String name) {
    return NAMES.contains(name.toUpperCase(Locale.ROOT));
  }

  /** Both spellings of each that was given; what the step's environment has itself stays out. */
  static List<String> environment(Map<String, String> buildArgs, Map<String, String> own) {
    List<String> environment = new ArrayList<>();
    for (Map.Entry<String, String> given : buildArgs.entrySet()) {
      if (!isProxy(given.getKey())) {
        continue;
      }
      String upper = given.getKey().toUpperCase(Locale.ROOT);
      for (String name : List.of(upper, upper.toLowerCase(Locale.ROOT))) {
        if (!own.containsKey(name)) {
          environment.add(name + "=" + given.getValue());
        }
      }
    }
    return environment;
  }
}
