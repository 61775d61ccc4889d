package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jbuild.io.BytePath;

/**
 * The three files that a sandbox gets from outside, since only the outside knows the network:
 * resolv.conf(5), hosts(5), hostname(5). They are mounted over the image's own, so that nothing of
 * them can get into a layer.
 */
public final class NetworkFiles {
  public static final BytePath RESOLV_CONF = BytePath.parse("/etc/resolv.conf");
  public static final BytePath HOSTS = BytePath.parse("/etc/hosts");
  public static final BytePath HOSTNAME = BytePath.parse("/etc/hostname");

  private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");

  /** One of the files. */
  public record NetworkFile(BytePath target, Path source) {}

  private NetworkFiles() {}

  /**
   * Writes the files into {@code directory}, which is the sandbox's own.
   *
   * @param hosts more lines for hosts(5)
   */
  public static List<NetworkFile> write(
      Path directory, String hostname, NetworkMode network, List<String> hosts) throws IOException {
    StringBuilder names = new StringBuilder();
    names.append("127.0.0.1\tlocalhost ").append(hostname).append('\n');
    names.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
    for (String line : hosts) {
      names.append(line).append('\n');
    }
    String resolver =
        network == NetworkMode.HOST && Files.isReadable(HOST_RESOLV_CONF)
            ? Files.readString(HOST_RESOLV_CONF)
            : "";
    return List.of(
        file(directory, RESOLV_CONF, resolver),
        file(directory, HOSTS, names.toString()),
        file(directory, HOSTNAME, hostname + "\n"));
  }

  private static NetworkFile file(Path directory, BytePath target, String text) throws IOException {
    Path source = directory.resolve(target.name().toString());
    Files.writeString(source, text);
    // Whatever the umask: users other than root read it too.
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
    return new NetworkFile(target, source);
  }
}
