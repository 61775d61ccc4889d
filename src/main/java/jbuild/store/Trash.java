package jbuild.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Where trees go that nobody needs any more: a rename takes no time, whatever the tree's size. They
 * are removed in the background, or by a later command when this one ends first.
 */
public final class Trash {
  private static final String LOCK = "trash";

  private final DataRoot root;
  private final TreeRemover remover;
  private @Nullable Thread background;
  private boolean more;

  public Trash(DataRoot root, TreeRemover remover) {
    this.root = root;
    this.remover = remover;
  }

  /**
   * Takes {@code tree} out of its place; false when it is not there (any more).
   *
   * @param tree in the data root, not a mount point
   */
  public boolean discard(Path tree) throws IOException {
    Path target = root.trash().resolve(root.freshName());
    try {
      Files.move(tree, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new StoreException("discard " + tree + ": " + Failures.reason(e), e);
    }
  }

  /**
   * As {@link #discard}, also on a disk so full that the trash can hold no more names: then the
   * tree is removed at once.
   */
  public boolean discardOrRemove(Path tree) throws IOException {
    try {
      return discard(tree);
    } catch (StoreException full) {
      remover.remove(tree);
      return true;
    }
  }

  /**
   * Removes what is in the trash, unless another process or thread is at it. A tree that cannot be
   * removed does not keep the others; the first failure is thrown at the end.
   */
  public void empty() throws IOException {
    try (StoreLock lock = StoreLock.tryAcquire(root, LOCK)) {
      if (lock != null) {
        removeAll();
      }
    }
  }

  private void removeAll() throws IOException {
    IOException first = null;
    try (DirectoryStream<Path> trees = Files.newDirectoryStream(root.trash())) {
      for (Path tree : trees) {
        try {
          remover.remove(tree);
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Empties the trash on a daemon thread, which the end of the process does not wait for. */
  public synchronized void emptyInBackground() {
    more = true;
    if (background == null) {
      Thread thread = new Thread(this::runBackground, "empty trash");
      thread.setDaemon(true);
      background = thread;
      thread.start();
    }
  }

  private void runBackground() {
    while (takeRequest()) {
      try {
        empty();
      } catch (IOException nextTime) {
        // what is left stays in the trash, where it hurts nobody; the next command tries again, and
        // a command that empties the trash in the foreground says what is wrong
      }
    }
  }

  private synchronized boolean takeRequest() {
    if (!more) {
      background = null;
      return false;
    }
    more = false;
    return true;
  }
}
