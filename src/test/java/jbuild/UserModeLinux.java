package jbuild;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine with Linux 6.1 and control groups of version 2: Debian's user-mode-linux, with this
 * machine's root, read-only, as its own. No root is needed.
 */
public final class UserModeLinux {
  public static final Path KERNEL = Path.of("/usr/bin/linux.uml");

  private static final Path MODULES = Path.of("/usr/lib/uml/modules");

  private UserModeLinux() {}

  /** Where {@code name}, such as overlay.ko, is; a path that cannot be loaded if it is nowhere. */
  public static Path module(String name) throws IOException {
    try (Stream<Path> files = Files.walk(MODULES)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElse(MODULES);
    }
  }

  /**
   * What it prints until its first process switches it off, or {@code seconds} are over.
   *
   * @param directory for files that the machine may read
   * @param init the script that is its first process
   */
  public static String boot(Path directory, String init, long seconds, Charset charset)
      throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("init"), init);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path output = directory.resolve("output");
    Process kernel =
        new ProcessBuilder(
                KERNEL.toString(),
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "init=" + script,
                "mem=1200M",
                "con0=null,fd:1",
                "con=null",
                "quiet")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    kernel.getOutputStream().close();
    if (!kernel.waitFor(seconds, TimeUnit.SECONDS)) {
      kernel.descendants().forEach(ProcessHandle::destroyForcibly);
      kernel.destroyForcibly();
    }
    return Files.readString(output, charset);
  }
}
