package jbuild.fs.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The ACLs of a file (AAIP 2.0, "binary ACL representation") and their form as extended attributes
 * of Linux. An entry is a byte, the type in its upper half and the permissions in the lower, and
 * what qualifies it: pieces of up to 127 bytes, each behind its length. A mark separates the ACL
 * for access from the default ACL of a directory.
 */
final class AaipAcl {
  private static final ByteString ACCESS = ByteString.of("system.posix_acl_access");
  private static final ByteString DEFAULT = ByteString.of("system.posix_acl_default");

  private static final int PERMISSIONS = 7;
  private static final int QUALIFIED = 8;
  private static final int MORE_PIECES = 0x80;

  private static final int USER_OBJ = 1;
  private static final int GROUP_OBJ = 3;
  private static final int MASK = 5;
  private static final int OTHER = 6;
  private static final int SWITCH = 8;
  private static final int USER = 10;
  private static final int GROUP = 12;

  /** Linux: struct posix_acl_xattr_header and posix_acl_xattr_entry. */
  private static final int XATTR_VERSION = 2;

  private static final int XATTR_HEADER_BYTES = 4;
  private static final int XATTR_ENTRY_BYTES = 8;
  private static final int NOBODY = -1;

  /** {@code tag} is that of Linux, by which entries are sorted, those of one tag by number. */
  private record Entry(int tag, int permissions, int id) {
    static final Comparator<Entry> ORDER =
        Comparator.comparingInt(Entry::tag)
            .thenComparing((a, b) -> Integer.compareUnsigned(a.id, b.id));
  }

  private final List<Entry> access = new ArrayList<>();
  private final List<Entry> defaults = new ArrayList<>();

  private AaipAcl() {}

  static AaipAcl read(ByteReader r) throws CorruptInputException {
    AaipAcl acl = new AaipAcl();
    List<Entry> entries = acl.access;
    while (r.remaining() > 0) {
      int flags = r.u8("ACL entry");
      int id = (flags & QUALIFIED) == 0 ? NOBODY : qualifier(r);
      int type = flags >> 4;
      if (type == SWITCH) {
        entries = acl.defaults;
        continue;
      }
      int tag = tag(type);
      if (tag != 0) {
        entries.add(new Entry(tag, flags & PERMISSIONS, id));
      }
    }
    return acl;
  }

  /** The tag of Linux (acl(5)), 0 for types that readers shall ignore. */
  private static int tag(int type) {
    return switch (type) {
      case USER_OBJ -> 0x01;
      case USER -> 0x02;
      case GROUP_OBJ -> 0x04;
      case GROUP -> 0x08;
      case MASK -> 0x10;
      case OTHER -> 0x20;
      default -> 0;
    };
  }

  /** The number of a user or group, most significant byte first. Longer ones are of other types. */
  private static int qualifier(ByteReader r) throws CorruptInputException {
    int id = 0;
    int head;
    do {
      head = r.u8("ACL qualifier");
      for (byte each : r.bytes("ACL qualifier", head & ~MORE_PIECES)) {
        id = (id << 8) | (each & 0xff);
      }
    } while ((head & MORE_PIECES) != 0);
    return id;
  }

  /** Adds what Linux would have: no ACL for access that says no more than the mode does. */
  void addTo(SortedMap<ByteString, byte[]> xattrs, boolean isDirectory) {
    if (access.stream().anyMatch(entry -> entry.id != NOBODY || entry.tag == tag(MASK))) {
      xattrs.put(ACCESS, xattr(access));
    }
    if (isDirectory && !defaults.isEmpty()) {
      xattrs.put(DEFAULT, xattr(defaults));
    }
  }

  private static byte[] xattr(List<Entry> entries) {
    entries.sort(Entry.ORDER);
    ByteBuffer value =
        ByteBuffer.allocate(XATTR_HEADER_BYTES + entries.size() * XATTR_ENTRY_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(XATTR_VERSION);
    for (Entry entry : entries) {
      value.putShort((short) entry.tag).putShort((short) entry.permissions).putInt(entry.id);
    }
    return value.array();
  }
}
