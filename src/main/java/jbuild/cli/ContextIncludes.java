package jbuild.cli;

import java.io.IOException;
import jbuild.build.ContextLoader;
import jbuild.build.ContextTree;
import jbuild.buildfile.CleanPath;
import jbuild.buildfile.Includes;
import jbuild.buildfile.SyntaxException;

/** The files that INCLUDE names, of a context in the store: nothing outside of it can be named. */
record ContextIncludes(ContextLoader loader, ContextTree tree) implements Includes {
  @Override
  public File find(String including, String path) throws SyntaxException {
    String directory = including.substring(0, including.lastIndexOf('/') + 1);
    String name = CleanPath.of("/" + directory + path).substring(1);
    try {
      byte[] text = loader.read(tree, name);
      if (text == null) {
        throw new SyntaxException("no such file in the context: " + name);
      }
      return new File(name, text);
    } catch (IOException unreadable) {
      throw new SyntaxException("cannot be read: " + unreadable.getMessage());
    }
  }
}
