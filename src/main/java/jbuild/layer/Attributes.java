package jbuild.layer;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import jbuild.io.ByteString;

/**
 * What every inode has beside its content.
 *
 * @param mode permission bits with set-id and sticky, 0 to 07777
 * @param uid owner, an unsigned 32-bit number
 * @param gid group, an unsigned 32-bit number
 * @param mtimeSeconds since 1970, may be negative
 * @param mtimeNanos 0 to 999,999,999, counted forward also before 1970
 * @param xattrs raw values by full name; never modified
 */
public record Attributes(
    int mode,
    int uid,
    int gid,
    long mtimeSeconds,
    int mtimeNanos,
    SortedMap<ByteString, byte[]> xattrs) {

  /** The sorted map most inodes share. */
  public static final SortedMap<ByteString, byte[]> NO_XATTRS = Collections.emptySortedMap();

  /**
   * What a directory gets that no layer describes: 0755, root's, 1970, as containerd's mkparent but
   * with a fixed time.
   */
  public static final Attributes IMPLIED = new Attributes(0755, 0, 0, 0, 0, NO_XATTRS);

  public Attributes {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("not permission bits: " + Integer.toOctalString(mode));
    }
    if (mtimeNanos < 0 || mtimeNanos > 999_999_999) {
      throw new IllegalArgumentException("not nanoseconds of a second: " + mtimeNanos);
    }
  }

  /** Without xattrs and with whole seconds. */
  public static Attributes of(int mode, int uid, int gid, long mtimeSeconds) {
    return new Attributes(mode, uid, gid, mtimeSeconds, 0, NO_XATTRS);
  }

  public Attributes withMode(int newMode) {
    return new Attributes(newMode, uid, gid, mtimeSeconds, mtimeNanos, xattrs);
  }

  public Attributes withOwner(int newUid, int newGid) {
    return new Attributes(mode, newUid, newGid, mtimeSeconds, mtimeNanos, xattrs);
  }

  public Attributes withMtime(long seconds, int nanos) {
    return new Attributes(mode, uid, gid, seconds, nanos, xattrs);
  }

  public Attributes withXattrs(SortedMap<ByteString, byte[]> newXattrs) {
    return new Attributes(mode, uid, gid, mtimeSeconds, mtimeNanos, newXattrs);
  }

  /** Whether this time is later than {@code seconds} and {@code nanos}. */
  public boolean isNewerThan(long seconds, int nanos) {
    return mtimeSeconds > seconds || (mtimeSeconds == seconds && mtimeNanos > nanos);
  }

  /** Equal in every field; xattr values are compared byte by byte. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Attributes that
        && mode == that.mode
        && uid == that.uid
        && gid == that.gid
        && mtimeSeconds == that.mtimeSeconds
        && mtimeNanos == that.mtimeNanos
        && sameXattrs(xattrs, that.xattrs);
  }

  private static boolean sameXattrs(
      SortedMap<ByteString, byte[]> a, SortedMap<ByteString, byte[]> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<Map.Entry<ByteString, byte[]>> others = b.entrySet().iterator();
    for (Map.Entry<ByteString, byte[]> mine : a.entrySet()) {
      Map.Entry<ByteString, byte[]> other = others.next();
      if (!mine.getKey().equals(other.getKey())
          || !Arrays.equals(mine.getValue(), other.getValue())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return ((mode * 31 + uid) * 31 + gid) * 31 + Long.hashCode(mtimeSeconds) + mtimeNanos;
  }
}
