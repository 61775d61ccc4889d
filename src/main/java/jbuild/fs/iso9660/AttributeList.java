package jbuild.fs.iso9660;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The extended attributes that the AL entries of a record give together (AAIP 2.0, "AL"): flags,
 * then components of flags, length and bytes, as in SL, but a component may go on in the next entry
 * at any byte, so that all are put together first. Names and values take turns; the value of the
 * empty name is the ACLs.
 */
final class AttributeList {
  private static final int AL = 'A' | 'L' << 8;
  private static final int CONTINUES = 1;

  /** First bytes of names that stand for a namespace (AAIP, "Namespaces"). */
  private static final int ESCAPE = 1;

  private static final int SYSTEM = 2;
  private static final int USER = 3;
  private static final int ISOFS = 4;
  private static final int TRUSTED = 5;
  private static final int SECURITY = 6;

  /** What xorriso keeps for itself: checksums, block ranges. */
  private static final String INTERNAL = "isofs.";

  private AttributeList() {}

  static SortedMap<ByteString, byte[]> read(
      IsoVolume volume, DirectoryRecord record, boolean isDirectory) throws IOException {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    SystemUse.forEach(
        volume,
        record,
        volume.systemUseSkip(),
        (signature, version, fields) -> {
          if (signature == AL) {
            fields.skip("AL flags", 1);
            list.writeBytes(fields.bytes("AL components", fields.remaining()));
          }
        });
    String label = volume.label() + ": AAIP attributes";
    return read(label, ByteBuffer.wrap(list.toByteArray()), record.position(), isDirectory);
  }

  /** Errors have the position of the directory record, for the list need not lie in one piece. */
  private static SortedMap<ByteString, byte[]> read(
      String label, ByteBuffer list, long position, boolean isDirectory)
      throws CorruptInputException {
    ByteReader r = ByteReader.of(label, list, position);
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    while (r.remaining() > 0) {
      ByteString name = ByteString.of(component(r));
      byte[] value = component(r);
      if (name.isEmpty()) {
        AaipAcl.read(ByteReader.of(label, ByteBuffer.wrap(value), position))
            .addTo(xattrs, isDirectory);
        continue;
      }
      ByteString full = fullName(name);
      if (full.isEmpty() || full.indexOf('\0') >= 0) {
        throw r.corrupt("name is empty or has a zero byte");
      }
      if (!full.startsWith(INTERNAL)) {
        xattrs.put(full, value);
      }
    }
    return xattrs;
  }

  private static byte[] component(ByteReader r) throws CorruptInputException {
    ByteArrayOutputStream component = new ByteArrayOutputStream();
    int flags;
    do {
      flags = r.u8("AL component flags");
      component.writeBytes(r.bytes("AL component", r.u8("AL component length")));
    } while ((flags & CONTINUES) != 0);
    return component.toByteArray();
  }

  private static ByteString fullName(ByteString name) {
    ByteString rest = name.substring(1);
    return switch (name.at(0)) {
      case ESCAPE -> rest;
      case SYSTEM -> ByteString.of("system.").concat(rest);
      case USER -> ByteString.of("user.").concat(rest);
      case ISOFS -> ByteString.of(INTERNAL).concat(rest);
      case TRUSTED -> ByteString.of("trusted.").concat(rest);
      case SECURITY -> ByteString.of("security.").concat(rest);
      default -> name;
    };
  }
}
