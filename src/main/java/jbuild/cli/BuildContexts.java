package jbuild.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import jbuild.arguments.Arguments;
import jbuild.arguments.OptionSpec;
import jbuild.arguments.UsageException;
import jbuild.graph.ContextName;

/** {@code --build-context NAME=CONTEXT}. */
final class BuildContexts {
  private static final String OPTION = "--build-context";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._/:@-]*");

  private BuildContexts() {}

  static OptionSpec option() {
    return OptionSpec.list(
        "NAME=CONTEXT",
        "Files or an image for FROM NAME and --from=NAME: a directory, a tar, a git or http URL,"
            + " docker-image://NAME, oci-layout://PATH[:TAG]; may be given several times.",
        OPTION);
  }

  static Map<String, String> of(Arguments arguments) throws UsageException {
    Map<String, String> contexts = new LinkedHashMap<>();
    for (String text : arguments.list(OPTION)) {
      int equals = text.indexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        throw new UsageException(OPTION + " " + text + ": not of the form NAME=CONTEXT");
      }
      String name = ContextName.of(text.substring(0, equals));
      if (!NAME.matcher(name).matches()) {
        throw new UsageException(OPTION + " " + text + ": not a name: " + name);
      }
      contexts.put(name, text.substring(equals + 1));
    }
    return contexts;
  }
}
