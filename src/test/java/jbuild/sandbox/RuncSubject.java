package jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** runc, on the same files and with the same limits in a config.json. */
final class RuncSubject implements LimitSubject {
  static final Path PROGRAM = Path.of("/usr/sbin/runc");

  private final Path directory;
  private final Path image;
  private int started;

  RuncSubject(Path directory, Path image) {
    this.directory = directory;
    this.image = image;
  }

  @Override
  public Running start(LimitRow row, String script) throws Exception {
    String id = "jbuild-limits-" + ProcessHandle.current().pid() + "-" + started++;
    Path bundle = Files.createDirectories(directory.resolve(id));
    Files.writeString(bundle.resolve("config.json"), config(id, row, script));
    Path output = bundle.resolve("output");
    Path pidFile = bundle.resolve("pid");
    Process process =
        runc("run", "-b", bundle.toString(), "--pid-file", pidFile.toString(), id)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    Running running = new Other(output, process, pidFile, id);
    try {
      running.awaitReady();
      for (int i = 0; i < 2000 && !Files.exists(pidFile); i++) {
        TimeUnit.MILLISECONDS.sleep(5); // written when the container runs already
      }
    } catch (IOException failed) {
      running.close();
      throw failed;
    }
    return running;
  }

  private ProcessBuilder runc(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(PROGRAM.toString());
    command.add("--root");
    command.add(directory.resolve("runc").toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private String config(String id, LimitRow row, String script) {
    String text = ("echo ready; " + script).replace("\\", "\\\\").replace("\"", "\\\"");
    String capabilities = "[\"CAP_MKNOD\",\"CAP_KILL\"]";
    return """
    {"ociVersion": "1.0.2",
     "process": {"terminal": false, "user": {"uid": 0, "gid": 0}, "cwd": "/",
       "args": ["/bin/sh", "-c", "%s"], "env": ["PATH=/bin"],
       "capabilities": {"bounding": %s, "effective": %s, "permitted": %s}},
     "root": {"path": "%s"},
     "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
       {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
     "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"},
         {"type": "uts"}],
       "resources": {%s},
       "cgroupsPath": "/%s"}}
    """
        .formatted(text, capabilities, capabilities, capabilities, image, row.runc(), id);
  }

  private final class Other extends Running {
    private final Process process;
    private final Path pidFile;
    private final String id;

    private Other(Path output, Process process, Path pidFile, String id) {
      super(output);
      this.process = process;
      this.pidFile = pidFile;
      this.id = id;
    }

    @Override
    int pid() throws IOException {
      return Integer.parseInt(Files.readString(pidFile).strip());
    }

    @Override
    int waitFor() throws InterruptedException {
      return process.waitFor();
    }

    @Override
    void pause() throws Exception {
      tell("pause");
    }

    @Override
    void resume() throws Exception {
      tell("resume");
    }

    private void tell(String what) throws Exception {
      Process command =
          runc(what, id)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int code = command.waitFor();
      if (code != 0) {
        throw new IOException("runc " + what + " ended with " + code);
      }
    }

    @Override
    boolean ended() {
      return !process.isAlive();
    }

    @Override
    public void close() throws Exception {
      if (process.isAlive()) {
        runc("kill", id, "KILL").redirectErrorStream(true).start().waitFor();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
      runc("delete", "--force", id).redirectErrorStream(true).start().waitFor();
    }
  }
}
