package jbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jbuild.build.ContextLoader;
import jbuild.buildfile.Includes;
import jbuild.buildfile.SyntaxException;

/**
 * The files that INCLUDE names: below the directory of the Buildfile or below the context, wherever
 * symbolic links lead, so that a Buildfile from elsewhere reads nothing else of this machine.
 *
 * @param main the Buildfile, as it is named in messages
 */
record IncludedFiles(Path main, Path context) implements Includes {
  @Override
  public File find(String including, String path) throws SyntaxException {
    try {
      // What comes from standard input has no place but the one that main gives it.
      Path start = including.equals(BuildInput.STDIN) ? main : Path.of(including);
      Path file = start.resolveSibling(path).normalize();
      Path real = file.toRealPath();
      if (!real.startsWith(directory().toRealPath()) && !real.startsWith(context.toRealPath())) {
        throw new SyntaxException(
            "it lies outside the context and the directory of " + main.getFileName());
      }
      if (!Files.isRegularFile(real)) {
        throw new SyntaxException("not a regular file: " + file);
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] text = in.readNBytes(ContextLoader.MAX_FILE + 1);
        if (text.length > ContextLoader.MAX_FILE) {
          throw new SyntaxException(
              "larger than " + (ContextLoader.MAX_FILE >> 20) + " MB: " + file);
        }
        return new File(file.toString(), text);
      }
    } catch (NoSuchFileException missing) {
      throw new SyntaxException("no such file: " + missing.getMessage());
    } catch (InvalidPathException | IOException unreadable) {
      throw new SyntaxException("cannot be read: " + unreadable.getMessage());
    }
  }

  private Path directory() {
    Path parent = main.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
