package jbuild.fs.erofs;

import java.io.IOException;

/** The index of a compressed file. */
interface LclusterIndex {
  /** The entry of the logical cluster {@code number}, which lies in the file. */
  Lcluster get(long number) throws IOException;
}
