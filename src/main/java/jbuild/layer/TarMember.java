package jbuild.layer;

import java.util.SortedMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A member's header together with the extended headers before it.
 *
 * @param type null for a member that is left out
 * @param size of the file as seen, holes included
 * @param packed bytes the member claims to have in the archive, without padding
 */
record TarMember(
    ByteString path,
    @Nullable FileType type,
    boolean hardLink,
    Attributes attributes,
    ByteString link,
    int major,
    int minor,
    long size,
    long packed,
    boolean hasNoData) {

  static TarMember read(
      TarHeader header,
      PaxRecords pax,
      @Nullable ByteString longName,
      @Nullable ByteString longLink)
      throws TarFieldException {
    char flag = header.typeflag();
    ByteString path = first(pax.get("GNU.sparse.name"), pax.get("path"), longName);
    path = path == null ? header.name() : path;
    ByteString link = first(pax.get("linkpath"), longLink, null);
    link = link == null ? header.link() : link;
    checkNames(path, link, flag);

    FileType type = type(flag, path);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    long packed = size("size", pax.number("size", header.size()));
    long size = type == FileType.REGULAR && flag != '1' ? realSize(header, pax, packed) : 0;
    return new TarMember(
        path,
        type,
        flag == '1',
        attributes(header, pax),
        flag == '1' || flag == '2' ? link : ByteString.EMPTY,
        device ? deviceNumber("devmajor", pax, header.deviceMajor(), 4095) : 0,
        device ? deviceNumber("devminor", pax, header.deviceMinor(), (1 << 20) - 1) : 0,
        size,
        packed,
        flag >= '1' && flag <= '6');
  }

  private static @Nullable ByteString first(
      @Nullable ByteString a, @Nullable ByteString b, @Nullable ByteString c) {
    return a != null ? a : b != null ? b : c;
  }

  private static void checkNames(ByteString path, ByteString link, char flag)
      throws TarFieldException {
    if (path.indexOf('\0') >= 0 || link.indexOf('\0') >= 0) {
      throw new TarFieldException("a name has a NUL byte");
    }
    if (link.isEmpty() && (flag == '1' || flag == '2')) {
      throw new TarFieldException(path + ": a link without a target");
    }
  }

  private static @Nullable FileType type(char flag, ByteString path) throws TarFieldException {
    return switch (flag) {
      case '1' -> FileType.REGULAR;
      case '2' -> FileType.SYMLINK;
      case '3' -> FileType.CHARACTER_DEVICE;
      case '4' -> FileType.BLOCK_DEVICE;
      case '5', 'D' -> FileType.DIRECTORY; // D, GNU: a directory with a listing of it as data
      case '6' -> FileType.FIFO;
      case 'A', 'V', 's' -> null; // Solaris: an ACL; GNU: the volume's label; a socket
      case 'M' -> throw new TarFieldException(path + ": is continued from another volume");
      // v7 had no type for directories; pax(1): what is not known is a regular file
      default -> path.endsWith("/") ? FileType.DIRECTORY : FileType.REGULAR;
    };
  }

  private static long realSize(TarHeader header, PaxRecords pax, long packed)
      throws TarFieldException {
    if (header.typeflag() == TarHeader.GNU_SPARSE) {
      return size("real size", header.sparseRealSize());
    }
    if (pax.get("GNU.sparse.map") == null && pax.number("GNU.sparse.major", 0) != 1) {
      return packed; // without a map nothing says where holes are: a plain file, as Go reads it
    }
    long real = pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", packed));
    return size("real size", real);
  }

  private static long size(String field, long size) throws TarFieldException {
    if (size < 0 || size > TarReader.MAX_SIZE) {
      throw new TarFieldException(field + " out of range: " + size);
    }
    return size;
  }

  private static int deviceNumber(String field, PaxRecords pax, long plain, int max)
      throws TarFieldException {
    long number = pax.number("SCHILY." + field, plain);
    if (number < 0 || number > max) {
      throw new TarFieldException(field + " out of range: " + number);
    }
    return (int) number;
  }

  private static Attributes attributes(TarHeader header, PaxRecords pax) throws TarFieldException {
    SortedMap<ByteString, byte[]> xattrs = pax.xattrs();
    int mode = header.mode();
    int uid = id("uid", pax.number("uid", header.uid()));
    int gid = id("gid", pax.number("gid", header.gid()));
    String time = pax.text("mtime");
    if (time == null) {
      return new Attributes(mode, uid, gid, mtime(header.mtime()), 0, xattrs);
    }
    PaxTime mtime = PaxTime.parse(time);
    return new Attributes(mode, uid, gid, mtime.seconds(), mtime.nanos(), xattrs);
  }

  private static int id(String field, long id) throws TarFieldException {
    // the last one, 2^32-1, means "leave it as it is" to chown(2)
    if (id < 0 || id >= 0xffff_ffffL) {
      throw new TarFieldException(field + " out of range: " + id);
    }
    return (int) id;
  }

  /**
   * Base 256 can say more seconds than a PAX record can: no time that can be read is unwritable.
   */
  private static long mtime(long seconds) throws TarFieldException {
    if (Math.abs(seconds) > PaxTime.MAX_SECONDS || seconds == Long.MIN_VALUE) {
      throw new TarFieldException("mtime out of range: " + seconds);
    }
    return seconds;
  }

  boolean isSkipped() {
    return type == null;
  }

  TarEntry entry(FileData data) {
    if (type == null) {
      throw new IllegalStateException("left out");
    }
    return new TarEntry(path, type, hardLink, attributes, size, link, major, minor, data);
  }
}
