package jbuild.build;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import jbuild.progress.BuildEvent;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/** Where the output of a build's steps is kept, whole; and what is to be awaited before its end. */
final class BuildLog {
  private final DataRoot root;
  private final List<Future<?>> pending = new ArrayList<>();
  private @Nullable Path directory;
  private @Nullable Path last;

  BuildLog(DataRoot root) {
    this.root = root;
  }

  /** The file for a step that is about to be executed. */
  Path file(BuildEvent.Step step) throws IOException {
    Path here = directory;
    if (here == null) {
      here = Files.createDirectories(root.logs().resolve(root.freshName()));
      directory = here;
    }
    String stage = step.stage() == null ? "" : step.stage() + "-";
    Path file = here.resolve(stage + step.number() + ".log");
    last = file;
    return file;
  }

  /** The log of the step that was executed last; null before the first. */
  @Nullable Path last() {
    return last;
  }

  /** Something that must have happened before the build is over. */
  void keep(Future<?> work) {
    pending.add(work);
  }

  void awaitPending() throws IOException {
    for (Future<?> work : pending) {
      try {
        work.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("finish the build: interrupted");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new IOException("write the build cache: " + cause.getMessage(), e);
      }
    }
    pending.clear();
  }
}
