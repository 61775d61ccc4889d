package jbuild.layer;

import jbuild.io.ByteString;

/** Which extended attributes are part of a layer; see xattr(7). */
public final class Xattrs {
  /** XATTR_SIZE_MAX and XATTR_NAME_MAX of linux/limits.h. */
  private static final int MAX_VALUE = 65536;

  private static final int MAX_NAME = 255;

  public static final ByteString SELINUX = ByteString.of("security.selinux");

  /**
   * The PAX record in which GNU tar and star keep an SELinux label. A label that is to stay goes
   * into it, since {@code SCHILY.xattr.security.selinux} is what others write without being asked,
   * and is left out.
   */
  static final String SELINUX_RECORD = "RHT.security.selinux";

  static final ByteString OVERLAY_OPAQUE = ByteString.of("trusted.overlay.opaque");
  static final ByteString OVERLAY_ORIGIN = ByteString.of("trusted.overlay.origin");

  private Xattrs() {}

  /**
   * True for {@code user.*}, {@code trusted.*}, {@code security.*} and POSIX ACLs, but not for
   * overlayfs' own marks and SELinux labels.
   */
  public static boolean belongToLayers(ByteString name, byte[] value) {
    if (name.length() > MAX_NAME || value.length > MAX_VALUE || isOverlayMark(name)) {
      return false;
    }
    return hasNameIn(name, "user.")
        || hasNameIn(name, "trusted.")
        || (hasNameIn(name, "security.") && !name.equals(SELINUX))
        || name.equalsAscii("system.posix_acl_access")
        || name.equalsAscii("system.posix_acl_default");
  }

  public static boolean isOverlayMark(ByteString name) {
    return name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
  }

  private static boolean hasNameIn(ByteString name, String namespace) {
    return name.startsWith(namespace) && name.length() > namespace.length();
  }
}
