package jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Something that runs a shell script with limits: jbuild's sandbox, or another runtime. */
interface LimitSubject {
  /** Starts the script in a container; returns when it has printed {@code ready}. */
  Running start(LimitRow row, String script) throws Exception;

  /** A running container. */
  abstract class Running implements AutoCloseable {
    private final Path output;

    Running(Path output) {
      this.output = output;
    }

    /** Of the first process, on this machine. */
    abstract int pid() throws IOException;

    /** Waits for the end; the exit code as a shell shows it. */
    abstract int waitFor() throws Exception;

    abstract void pause() throws Exception;

    abstract void resume() throws Exception;

    /** Whether the first process has ended, for a failure that comes before {@code ready}. */
    abstract boolean ended();

    /** Kills what still runs. */
    @Override
    public abstract void close() throws Exception;

    String output() throws IOException {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    /** What the script printed after {@code ready}. */
    String said() throws IOException {
      String all = output();
      int at = all.indexOf("ready\n");
      return at < 0 ? all : all.substring(at + 6).strip();
    }

    void awaitReady() throws Exception {
      for (int i = 0; i < 2000; i++) {
        if (output().contains("ready\n")) {
          return;
        }
        if (ended()) {
          throw new IOException("did not start: " + output().strip());
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
      throw new IOException("not ready in ten seconds: " + output().strip());
    }
  }
}
