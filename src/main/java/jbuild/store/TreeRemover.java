package jbuild.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Removes a file or directory with all that is below it. Names below may be any bytes, which {@code
 * java.nio.file} cannot name in every locale, so this is done with system calls; the store does not
 * know them and is given one of these where the program is put together.
 *
 * <p>An implementation follows no symbolic link, goes on when something is gone already (another
 * process may be removing the same tree), and fails at a mount point rather than to empty it.
 */
@FunctionalInterface
public interface TreeRemover {
  void remove(Path tree) throws IOException;
}
