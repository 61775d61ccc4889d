package jbuild.store;

import java.io.IOException;
import java.nio.file.Path;

/** Removes trees with rm(1), which knows all names and follows no links. */
final class TestTreeRemover implements TreeRemover {
  @Override
  public void remove(Path tree) throws IOException {
    Process rm =
        new ProcessBuilder("rm", "-rf", "--one-file-system", "--", tree.toString())
            .inheritIO()
            .start();
    try {
      if (rm.waitFor() != 0) {
        throw new IOException("rm " + tree + ": exit status " + rm.exitValue());
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
