package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.cgroup.CgroupStats;

/** jbuild's own sandbox. */
final class SandboxSubject implements LimitSubject {
  private final Path directory;
  private final TestBox box;
  private int started;

  SandboxSubject(Path directory, TestBox box) {
    this.directory = directory;
    this.box = box;
  }

  @Override
  public Running start(LimitRow row, String script) throws Exception {
    String number = "limits" + started++;
    Path output = directory.resolve(number + ".out");
    TestBox.Started process =
        box.start(
            List.of("/bin/sh", "-c", "echo ready; " + script),
            output,
            Files.createDirectories(directory.resolve(number + ".upper")),
            // So that device files can be opened, and it is the list that decides.
            spec -> spec.limits(row.limits().withGroup()).imageDevices(true));
    Running running = new Own(output, process.process());
    running.awaitReady();
    return running;
  }

  private static final class Own extends Running {
    private final SandboxProcess process;

    private Own(Path output, SandboxProcess process) {
      super(output);
      this.process = process;
    }

    @Override
    int pid() {
      return process.pid();
    }

    @Override
    int waitFor() throws IOException {
      ExitStatus status = process.waitFor();
      CgroupStats stats = process.stats();
      if (stats != null && stats.oomKills() > 0 && !(status instanceof ExitStatus.OutOfMemory)) {
        throw new IOException("out of memory is not named: " + status);
      }
      return status.shellCode();
    }

    @Override
    void pause() throws IOException {
      group().freeze();
    }

    @Override
    void resume() throws IOException {
      group().thaw();
    }

    /** As another command finds it: by the pid and the name that it was given. */
    private jbuild.cgroup.Cgroup group() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/cgroup"))) {
        int at = line.indexOf("/jbuild-");
        if (at >= 0) {
          String name = line.substring(at + "/jbuild-".length());
          return CgroupHierarchy.detect(Path.of("/")).find(pid(), name).orElseThrow();
        }
      }
      throw new IOException("no group of jbuild");
    }

    @Override
    boolean ended() {
      return false; // an end before the start is an exception of start
    }

    @Override
    public void close() throws IOException {
      process.close();
    }
  }
}
