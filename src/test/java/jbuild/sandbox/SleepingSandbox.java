package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A JVM of its own that starts a sandbox and waits for it, to be killed. */
final class SleepingSandbox {
  private SleepingSandbox() {}

  /** Arguments: an empty directory, the user, what to give to sleep(1). */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int uid = Integer.parseInt(arguments[1]);
    try (TestBox box = new TestBox(directory);
        TestBox.Started started =
            box.start(
                List.of("sleep", arguments[2]),
                directory.resolve("output"),
                Files.createDirectories(directory.resolve("upper")),
                builder -> builder.user(uid, uid))) {
      awaitProgram(started.process());
      System.out.println("started");
      started.process().waitFor();
    }
  }

  /** Returns when the trampoline has become sleep(1). */
  static void awaitProgram(SandboxProcess process) throws IOException {
    Path commandLine = Path.of("/proc/" + process.pid() + "/cmdline");
    while (!Files.readString(commandLine).startsWith("sleep")) {
      Thread.onSpinWait();
    }
  }
}
