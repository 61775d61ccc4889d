package jbuild.sandbox;

import jbuild.io.ByteString;

/**
 * Who a process is.
 *
 * @param uid user id
 * @param gid primary group id
 * @param groups supplementary group ids
 * @param home the user's home directory, {@code /} for a user without an entry in passwd(5)
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
public record Identity(int uid, int gid, int[] groups, ByteString home) {
  /** Root, as far as nobody looks into a passwd file. */
  public static final Identity ROOT = new Identity(0, 0, new int[0], ByteString.of("/"));

  public boolean isRoot() {
    return uid == 0;
  }
}
