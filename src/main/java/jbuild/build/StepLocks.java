package jbuild.build;

import java.io.IOException;
import jbuild.oci.Digest;
import jbuild.progress.BuildEvent;
import jbuild.progress.ProgressListener;
import jbuild.store.DataRoot;
import jbuild.store.KeyLocks;
import org.jspecify.annotations.Nullable;

/**
 * Of builds that come to the same step at the same time, in one process or in several, one executes
 * it and the others wait for its result.
 *
 * <p>Nobody waits forever: who waits for a step executes none, and the steps that its background
 * jobs have not recorded yet depend on nobody else. When the one that executes is killed, the
 * kernel frees its lock and the next one executes the step.
 */
final class StepLocks {
  private final KeyLocks keys;
  private final ProgressListener progress;
  private final boolean isUsed;

  /**
   * @param isUsed false for a build that executes every step whatever others do
   */
  StepLocks(DataRoot root, ProgressListener progress, boolean isUsed) {
    this.keys = root.keyLocks("steps");
    this.progress = progress;
    this.isUsed = isUsed;
  }

  /** Waits until no other build executes {@code step}, and says so if that takes time. */
  Held acquire(Digest key, BuildEvent.Step step) throws IOException {
    return new Held(
        isUsed ? keys.acquire(key, () -> progress.on(new BuildEvent.StepWaiting(step))) : null);
  }

  /** The right to execute a step. */
  static final class Held implements AutoCloseable {
    private KeyLocks.@Nullable KeyLock lock;

    private Held(KeyLocks.@Nullable KeyLock lock) {
      this.lock = lock;
    }

    /** The same right for somebody else, who closes it; {@link #close} then does nothing. */
    Held handOver() {
      Held other = new Held(lock);
      lock = null;
      return other;
    }

    @Override
    public void close() throws IOException {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
