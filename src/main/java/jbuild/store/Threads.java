package jbuild.store;

/** What the store's writers have in common that work on a thread of their own. */
final class Threads {
  private Threads() {}

  /**
   * Waits for the thread's end even when interrupted: it uses a file of the caller's, and it ends
   * soon.
   */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
