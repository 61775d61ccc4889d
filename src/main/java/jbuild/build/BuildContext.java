package jbuild.build;

import java.nio.file.Path;
import jbuild.buildfile.BuildfileException;
import jbuild.buildfile.IgnoreRules;
import jbuild.oci.Digest;

/**
 * Where COPY and ADD read from.
 *
 * @param rules what of the tree is not there
 * @param ignoreFile where the rules come from, for messages
 * @param rulesId different for different rules; empty without any
 */
public record BuildContext(ContextTree tree, IgnoreRules rules, String ignoreFile, String rulesId) {
  /** All of a tree. */
  public static BuildContext of(ContextTree tree) {
    return new BuildContext(tree, IgnoreRules.NONE, "", "");
  }

  /** A directory of which everything is there. */
  public static BuildContext of(Path directory) {
    return of(new ContextTree.OnDisk(directory));
  }

  /**
   * The same without what an ignore file excludes.
   *
   * @param path of the ignore file, for its own errors
   */
  public BuildContext ignoring(String path, String name, byte[] text) throws BuildfileException {
    return new BuildContext(tree, IgnoreRules.parse(path, text), name, Digest.of(text).hex());
  }
}
