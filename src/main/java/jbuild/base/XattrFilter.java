package jbuild.base;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Xattrs;

/** Decides which extended attributes of a medium's files stay. */
final class XattrFilter {
  private final boolean keepSelinux;
  private final LeftOut leftOut;

  XattrFilter(boolean keepSelinux, LeftOut leftOut) {
    this.keepSelinux = keepSelinux;
    this.leftOut = leftOut;
  }

  SortedMap<ByteString, byte[]> kept(
      SortedMap<ByteString, byte[]> all, MediumFile.Where directory, ByteString name) {
    if (all.isEmpty()) {
      return Attributes.NO_XATTRS;
    }
    SortedMap<ByteString, byte[]> kept = new TreeMap<>();
    for (Map.Entry<ByteString, byte[]> xattr : all.entrySet()) {
      if (xattr.getKey().equals(Xattrs.SELINUX)) {
        if (keepSelinux) {
          kept.put(xattr.getKey(), xattr.getValue());
        }
      } else if (Xattrs.belongToLayers(xattr.getKey(), xattr.getValue())) {
        kept.put(xattr.getKey(), xattr.getValue());
      } else if (!Xattrs.isOverlayMark(xattr.getKey())) {
        leftOut.add("extended attribute " + xattr.getKey(), directory, name);
      }
    }
    return kept.isEmpty() ? Attributes.NO_XATTRS : kept;
  }
}
