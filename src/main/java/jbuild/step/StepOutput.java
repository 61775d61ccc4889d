package jbuild.step;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.secret.SecretMask;
import jbuild.secret.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * What a step prints: whole into its log, piece by piece to the listener, and the last lines kept
 * for the message of a failure.
 */
public final class StepOutput {
  private static final int PIECE = 64 << 10;
  private static final int LAST_LINES = 12;
  private static final int MAX_LINE = 2000;

  private final BuildEvent.Step step;
  private final ProgressListener listener;
  private final OutputStream log;
  private final SecretMask mask;
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder line = new StringBuilder();
  private @Nullable IOException failure;

  /**
   * @param secrets are hidden wherever they are printed
   */
  public StepOutput(
      BuildEvent.Step step, ProgressListener listener, OutputStream log, Secrets secrets) {
    this.mask = new SecretMask(secrets);
    this.step = step;
    this.listener = listener;
    this.log = log;
  }

  /** Reads {@code pipe} to its end on a thread of its own. */
  Thread drain(Syscalls syscalls, Fd pipe) {
    Thread thread = new Thread(() -> read(syscalls, pipe), "output of " + step.text());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** A line of jbuild's own, before the step has begun to print. */
  void say(String text) {
    show((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Waits for the end of the pipe. */
  void join(Thread reader) throws IOException {
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("read output: interrupted");
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void read(Syscalls syscalls, Fd pipe) {
    ByteBuffer direct = ByteBuffer.allocateDirect(PIECE);
    try {
      while (true) {
        direct.clear();
        int count = syscalls.read(pipe, direct);
        if (count <= 0) {
          show(mask.finish());
          return;
        }
        byte[] bytes = new byte[count];
        direct.flip().get(bytes);
        show(mask.add(bytes));
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  private void show(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    listener.on(new BuildEvent.StepOutput(step, bytes, bytes.length));
    keep(bytes);
    // A full disk must not stop the pipe: the command would hang. It is told at the end.
    if (failure == null) {
      write(bytes);
    }
  }

  private void write(byte[] bytes) {
    try {
      log.write(bytes);
    } catch (IOException e) {
      failure = new IOException("write the step's log: " + e.getMessage(), e);
    }
  }

  private void keep(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        endLine();
      } else if (line.length() < MAX_LINE) {
        line.append((char) (bytes[i] & 0xff));
      }
    }
  }

  private void endLine() {
    lines.addLast(line.toString());
    line.setLength(0);
    if (lines.size() > LAST_LINES) {
      lines.removeFirst();
    }
  }

  /** The last lines, as text; after {@link #join}. */
  List<String> lastLines() {
    if (line.length() > 0) {
      endLine();
    }
    List<String> texts = new ArrayList<>(lines.size());
    for (String bytes : lines) {
      texts.add(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
    return texts;
  }
}
