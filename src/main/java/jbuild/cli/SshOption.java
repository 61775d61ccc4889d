package jbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jbuild.arguments.UsageException;
import org.jspecify.annotations.Nullable;

/** {@code --ssh}, in docker's syntax: {@code default}, {@code ID=SOCKET}. */
final class SshOption {
  private static final String VARIABLE = "SSH_AUTH_SOCK";
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private SshOption() {}

  /** Sockets by their IDs. */
  static Map<String, Path> read(List<String> given, Map<String, String> environment)
      throws UsageException, IOException {
    Map<String, Path> agents = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      String id = equals < 0 ? text : text.substring(0, equals);
      String path = equals < 0 ? environment.get(VARIABLE) : text.substring(equals + 1);
      agents.put(id.isEmpty() ? "default" : id, socket(text, path));
    }
    return agents;
  }

  private static Path socket(String text, @Nullable String path)
      throws UsageException, IOException {
    if (path == null || path.isEmpty()) {
      throw new UsageException("--ssh " + text + ": no agent (" + VARIABLE + " is not set)");
    }
    Path socket = Path.of(path).toAbsolutePath();
    if (!Files.exists(socket)) {
      throw new UsageException("--ssh " + text + ": there is no " + socket);
    }
    Object mode = Files.getAttribute(socket.toRealPath(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (!(mode instanceof Integer bits) || (bits & TYPE) != SOCKET) {
      throw new UsageException(
          "--ssh "
              + text
              + ": it is not the socket of an agent, and keys are taken from agents only (start"
              + " ssh-agent, ssh-add the key, then --ssh default)");
    }
    return socket;
  }
}
