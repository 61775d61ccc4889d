package jbuild.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * A file system image as a table, a line an entry, sorted by path: path, type, mode, uid, gid,
 * size, mtime in nanoseconds, links, SHA-256, target, device numbers, xattrs. Directories' link
 * counts are 0: formats do not agree on them.
 */
public final class ImageTable {
  static final String HEADER =
      "path\ttype\tmode\tuid\tgid\tsize\tmtime_ns\tnlink\tsha256\tlinktarget\trdev\txattrs";

  private final Map<ByteString, Inode> entries = new TreeMap<>();
  private final Map<Long, Integer> links = new HashMap<>();
  private final Set<Long> directories = new HashSet<>();

  private ImageTable() {}

  public static List<String> of(FilesystemReader reader) throws IOException {
    ImageTable table = new ImageTable();
    table.walk(ByteString.EMPTY, reader.root());
    List<String> lines = new ArrayList<>();
    for (Map.Entry<ByteString, Inode> entry : table.entries.entrySet()) {
      lines.add(table.line(entry.getKey(), entry.getValue()));
    }
    return lines;
  }

  private void walk(ByteString path, Inode inode) throws IOException {
    entries.put(path.isEmpty() ? ByteString.of(".") : path, inode);
    if (inode.type() != FileType.DIRECTORY) {
      links.merge(inode.number(), 1, Integer::sum);
      return;
    }
    if (!directories.add(inode.number())) {
      throw new IOException("directory " + path + " was seen before");
    }
    inode.forEachChild(
        (name, child) ->
            walk(path.isEmpty() ? name : path.concat(ByteString.of("/")).concat(name), child));
  }

  private String line(ByteString path, Inode inode) throws IOException {
    FileType type = inode.type();
    boolean sized = type == FileType.REGULAR || type == FileType.SYMLINK;
    return String.join(
        "\t",
        quote(path),
        letter(type),
        String.format("%04o", inode.mode()),
        Integer.toUnsignedString(inode.uid()),
        Integer.toUnsignedString(inode.gid()),
        Long.toString(sized ? inode.size() : 0),
        Long.toString(inode.mtimeSeconds() * 1_000_000_000L + inode.mtimeNanos()),
        Integer.toString(type == FileType.DIRECTORY ? 0 : links.get(inode.number())),
        type == FileType.REGULAR ? sha256(inode.content()) : "-",
        type == FileType.SYMLINK ? quote(inode.linkTarget()) : "-",
        type.isDevice() ? inode.deviceMajor() + ":" + inode.deviceMinor() : "-",
        xattrs(inode));
  }

  private static String letter(FileType type) {
    return switch (type) {
      case REGULAR -> "f";
      case DIRECTORY -> "d";
      case SYMLINK -> "l";
      case CHARACTER_DEVICE -> "c";
      case BLOCK_DEVICE -> "b";
      case FIFO -> "p";
      case SOCKET -> "s";
    };
  }

  private static String xattrs(Inode inode) throws IOException {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<ByteString, byte[]> xattr : inode.xattrs().entrySet()) {
      parts.add(xattr.getKey() + "=" + HexFormat.of().formatHex(xattr.getValue()));
    }
    return parts.isEmpty() ? "-" : String.join(";", parts);
  }

  private static String quote(ByteString bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      int c = bytes.at(i);
      text.append(
          c >= 0x21 && c <= 0x7e && c != '%'
              ? String.valueOf((char) c)
              : String.format("%%%02X", c));
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  /** Reads all bytes, in pieces of an odd size; holes must read as zeros. */
  public static String sha256(ByteSource content) throws IOException {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[(1 << 20) - 7];
      long size = content.size();
      content.willNeed(0, size);
      for (long at = 0; at < size; at += piece.length) {
        int length = (int) Math.min(piece.length, size - at);
        content.willNeed(at, 8 << 20);
        content.read(at, ByteBuffer.wrap(piece, 0, length));
        sha.update(piece, 0, length);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
