package jbuild.check;

import jbuild.buildfile.Instruction;

/**
 * What an instruction put into its layer, as far as the file tells.
 *
 * @param path absolute and clean
 * @param isTree whether there may be more below it
 */
record MadeFiles(String path, boolean isTree, Instruction by) {

  /** Whether an operation on all of {@code other} concerns these files. */
  boolean isBelow(String other) {
    return path.equals(other) || other.equals("/") || path.startsWith(other + "/");
  }

  /** Whether {@code other} may well be one of these files; of the root that cannot be said. */
  boolean mayHold(String other) {
    return isTree && !path.equals("/") && other.startsWith(path + "/");
  }

  /** {@code COPY in line 4}. */
  String describe() {
    return by.origin().keyword() + " in line " + by.origin().range().startLine();
  }
}
