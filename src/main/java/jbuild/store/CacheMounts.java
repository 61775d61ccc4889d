package jbuild.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jbuild.oci.Digest;

/**
 * Directories that steps of builds keep for later ones, {@code cache/mounts/KEY-NUMBER}. In each
 * lie {@value #DATA}, which is what a step sees, and {@value #ABOUT}, which tells people what it
 * is. The time of the outer directory is that of its last use, since what is inside belongs to the
 * steps.
 */
public final class CacheMounts {
  private static final String DATA = "data";
  private static final String ABOUT = "about";
  private static final int MOST = 10_000;

  private final DataRoot root;
  private final KeyLocks locks;

  public CacheMounts(DataRoot root) {
    this.root = root;
    this.locks = root.keyLocks("cache-mounts");
  }

  /** Fills a new directory, which exists and is empty. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path directory) throws IOException;
  }

  /** The one directory of {@code key}, for its holder alone; waits until nobody else has it. */
  public Held locked(Digest key, String about, Filler filler, Runnable whenWaiting)
      throws IOException {
    return hold(key, 0, locks.acquire(instance(key, 0), whenWaiting), about, filler);
  }

  /** The first directory of {@code key} that nobody else has, for its holder alone. */
  public Held separate(Digest key, String about, Filler filler) throws IOException {
    return free(key, false, about, filler);
  }

  /** The first directory of {@code key} that nobody has for himself. */
  public Held shared(Digest key, String about, Filler filler) throws IOException {
    return free(key, true, about, filler);
  }

  private Held free(Digest key, boolean shared, String about, Filler filler) throws IOException {
    for (int number = 0; number < MOST; number++) {
      KeyLocks.KeyLock lock = locks.tryAcquire(instance(key, number), shared);
      if (lock != null) {
        return hold(key, number, lock, about, filler);
      }
    }
    throw new StoreException("mount cache " + about + ": " + MOST + " are in use at once");
  }

  private Held hold(Digest key, int number, KeyLocks.KeyLock lock, String about, Filler filler)
      throws IOException {
    boolean held = false;
    try {
      Path directory = root.cacheMounts().resolve(key.hex() + "-" + number);
      if (!root.keep(directory)) {
        make(key, directory, about, filler);
      }
      held = true;
      return new Held(directory.resolve(DATA), lock);
    } finally {
      if (!held) {
        lock.close();
      }
    }
  }

  /** Who shares the directory may be about to make it too: the second finds what the first made. */
  @SuppressWarnings("try") // the lock is held, not looked at
  private void make(Digest key, Path directory, String about, Filler filler) throws IOException {
    try (KeyLocks.KeyLock making =
        locks.acquire(named(key, "making " + directory.getFileName()), () -> {})) {
      if (root.keep(directory)) {
        return;
      }
      Path temporary = Files.createDirectory(root.tmp().resolve(root.freshName()));
      filler.fill(Files.createDirectory(temporary.resolve(DATA)));
      Files.writeString(temporary.resolve(ABOUT), about + "\n");
      Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Digest instance(Digest key, int number) {
    return number == 0 ? key : named(key, Integer.toString(number));
  }

  private static Digest named(Digest key, String what) {
    return Digest.of((key.hex() + " " + what).getBytes(StandardCharsets.UTF_8));
  }

  /** A directory in use. */
  public static final class Held implements AutoCloseable {
    private final Path data;
    private final KeyLocks.KeyLock lock;

    private Held(Path data, KeyLocks.KeyLock lock) {
      this.data = data;
      this.lock = lock;
    }

    /** What a step sees. */
    public Path data() {
      return data;
    }

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }
}
