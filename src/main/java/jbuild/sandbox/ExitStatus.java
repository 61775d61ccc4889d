package jbuild.sandbox;

import jbuild.io.ByteString;
import jbuild.linux.Errno;

/** How the first process of a sandbox ended. */
public sealed interface ExitStatus {

  /** The number a shell would show in {@code $?}. */
  int shellCode();

  /** For people, to be read after the name of what ran: {@code ended with exit code 3}. */
  String inWords();

  default boolean isSuccess() {
    return shellCode() == 0;
  }

  /** It ended by itself. */
  record Exited(int code) implements ExitStatus {
    @Override
    public int shellCode() {
      return code;
    }

    @Override
    public String inWords() {
      return code == 0 ? "succeeded" : "ended with exit code " + code;
    }
  }

  /** A signal ended it. */
  record Signaled(int signal, boolean coreDumped) implements ExitStatus {
    @Override
    public int shellCode() {
      return 128 + signal;
    }

    @Override
    public String inWords() {
      return "was ended by signal "
          + signal
          + SignalNames.inBrackets(signal)
          + (coreDumped ? ", core dumped" : "");
    }
  }

  /**
   * It failed, and the kernel had killed a process of the sandbox for want of memory.
   *
   * @param limit the memory limit in bytes
   * @param peak the most memory in use at a time, in bytes; 0 if the kernel does not tell
   * @param shellCode how the first process ended all the same
   */
  record OutOfMemory(long limit, long peak, int shellCode) implements ExitStatus {
    @Override
    public String inWords() {
      return "ran out of memory: the limit is "
          + Sizes.inWords(limit)
          + (peak == 0 ? "" : ", the peak was " + Sizes.inWords(peak))
          + " (raise --memory)";
    }
  }

  /**
   * It could not be executed.
   *
   * @param exitCode 127 when the program is not there, else 126
   * @param path the program, or the last candidate in PATH that was there
   */
  record ExecFailed(int exitCode, Errno errno, ByteString path) implements ExitStatus {
    @Override
    public int shellCode() {
      return exitCode;
    }

    @Override
    public String inWords() {
      return "could not be executed: " + path + ": " + errno + " (" + errno.text() + ")";
    }
  }
}
