package jbuild.fs.erofs;

import java.io.IOException;

/** Finds the data of a file. Safe for use by several threads. */
interface FileMap {
  /** The extent that holds {@code offset}, which lies in the file. */
  Extent at(long offset) throws IOException;

  /** Whether any of the extents can be a hole. */
  default boolean mayHaveHoles() {
    return true;
  }
}
