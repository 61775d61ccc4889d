package jbuild.cli;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jbuild.linux.Signals;
import jbuild.sandbox.SandboxProcess;
import org.jspecify.annotations.Nullable;

/**
 * Passes signals on to a container's first process. That process is PID 1 in its namespace, where
 * the kernel drops signals without a handler, so the third request to end is a SIGKILL, as docker's
 * client does it.
 *
 * <p>Java has no other way to receive a signal than {@code sun.misc.Signal}, and javac no way to be
 * told that this is meant; hence reflection.
 */
final class SignalForwarder implements Consumer<SandboxProcess> {
  /** Who gets the signals. */
  @FunctionalInterface
  interface Target {
    void signal(int number) throws IOException;
  }

  private static final int PATIENCE = 3;

  /** What came before there was a process to send it to. */
  private final List<Integer> early = new ArrayList<>();

  private int requests;
  private final Thread installing =
      new Thread("take signals over") {
        @Override
        public void run() {
          install();
        }
      };
  private @Nullable Target process;

  SignalForwarder() {}

  /**
   * Begins to take the signals over, on another thread: Java makes a class for it, which takes 10
   * ms.
   */
  static SignalForwarder begin() {
    SignalForwarder forwarder = new SignalForwarder();
    forwarder.installing.setDaemon(true);
    forwarder.installing.start();
    return forwarder;
  }

  /** Returns when the signals are taken over. */
  void await() throws InterruptedException {
    installing.join();
  }

  /** The container runs. */
  @Override
  public void accept(SandboxProcess started) {
    forwardTo(
        new Target() {
          @Override
          public void signal(int number) throws IOException {
            started.signal(number);
          }
        });
  }

  private void install() {
    handle("INT", Signals.SIGINT);
    handle("TERM", Signals.SIGTERM);
    handle("HUP", Signals.SIGHUP);
    handle("USR1", Signals.SIGUSR1);
    handle("USR2", Signals.SIGUSR2);
    handle("WINCH", Signals.SIGWINCH);
  }

  /**
   * The program runs: it may have said so to somebody, who has sent a signal, before it is known
   * here.
   */
  synchronized void forwardTo(Target target) {
    process = target;
    for (int number : early) {
      send(target, number);
    }
  }

  private void handle(String name, int number) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object forwarding =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                forward(number);
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), forwarding);
    } catch (ReflectiveOperationException notToBeHad) {
      // taken by the JVM itself (-Xrs): the signal then means to jbuild what it always means
    }
  }

  /** A signal has come. */
  synchronized void forward(int number) {
    Target target = process;
    if (target != null) {
      send(target, number);
    } else if (ends(number)) {
      Runtime.getRuntime().halt(128 + number);
    } else {
      early.add(number);
    }
  }

  private void send(Target target, int number) {
    try {
      boolean enough = ends(number) && ++requests >= PATIENCE;
      target.signal(enough ? Signals.SIGKILL : number);
    } catch (IOException gone) {
      // the process has ended in this moment; its status is on its way
    }
  }

  private static boolean ends(int number) {
    return number == Signals.SIGINT || number == Signals.SIGTERM;
  }
}
