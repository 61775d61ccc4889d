package jbuild.cli;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
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
final class SignalForwarder {
  private static final int PATIENCE = 3;

  private final AtomicInteger requests = new AtomicInteger();
  private final Thread installing = new Thread(this::install, "take signals over");
  private volatile @Nullable SandboxProcess process;

  private SignalForwarder() {}

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

  private void install() {
    handle("INT", Signals.SIGINT);
    handle("TERM", Signals.SIGTERM);
    handle("HUP", Signals.SIGHUP);
    handle("USR1", Signals.SIGUSR1);
    handle("USR2", Signals.SIGUSR2);
    handle("WINCH", Signals.SIGWINCH);
  }

  void forwardTo(SandboxProcess target) {
    process = target;
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

  private void forward(int number) {
    SandboxProcess target = process;
    boolean ends = number == Signals.SIGINT || number == Signals.SIGTERM;
    if (target == null) {
      if (ends) {
        Runtime.getRuntime().halt(128 + number);
      }
      return;
    }
    try {
      boolean enough = ends && requests.incrementAndGet() >= PATIENCE;
      target.signal(enough ? Signals.SIGKILL : number);
    } catch (IOException gone) {
      // the process has ended in this moment; its status is on its way
    }
  }
}
