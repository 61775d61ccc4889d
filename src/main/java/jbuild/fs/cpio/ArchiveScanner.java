package jbuild.fs.cpio;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Reads one archive after another into a tree. An archive is any number of entries - header, name,
 * padding, content, padding - and ends with one that is called {@code TRAILER!!!}.
 */
final class ArchiveScanner {
  private static final String TRAILER = "TRAILER!!!";
  private static final int MAX_TARGET = 4095;
  private static final int PIECE = 32 << 10;

  /** Names of one archive with the same are hard links. */
  private record LinkKey(long device, long inode, FileType type) {}

  private final CpioTree tree;

  /** Behind the last content seen. */
  private long contentEnd;

  ArchiveScanner(CpioTree tree) {
    this.tree = tree;
  }

  long contentEnd() {
    return contentEnd;
  }

  /** Whether an archive begins here, by the first header as a whole: some magic is short. */
  static boolean isArchive(ForwardInput in) throws IOException {
    CpioFormat format = formatOf(in);
    if (format == null || in.peek(format.headerBytes()).length < format.headerBytes()) {
      return false;
    }
    try {
      typeOf(in, CpioHeader.read(in.read("header", format.headerBytes()), format));
      return true;
    } catch (CorruptInputException e) {
      return false;
    }
  }

  /** The form of the header that comes next; null when none does. */
  static @Nullable CpioFormat formatOf(ForwardInput in) throws IOException {
    byte[] head = in.peek(CpioFormat.MAGIC_BYTES);
    return head.length < CpioFormat.MAGIC_BYTES ? null : CpioFormat.of(head);
  }

  /** Reads the archive that begins here, contents lying in {@code segment}. */
  void archive(ForwardInput in, Segment segment) throws IOException {
    long start = in.position();
    contentEnd = start;
    Map<LinkKey, CpioInode> links = new HashMap<>();
    while (true) {
      CpioFormat format = formatOf(in);
      if (format == null) {
        throw in.corrupt("header", "there is none, and no " + TRAILER + " came before");
      }
      long position = in.position();
      CpioHeader header = CpioHeader.read(in.read("header", format.headerBytes()), format);
      ByteString name = name(in, header.nameBytes());
      if (name.equalsAscii(TRAILER)) {
        return;
      }
      pad(in, start, format);
      long content = in.position();
      if (typeOf(in, header) == FileType.DIRECTORY) {
        tree.putDirectory(tree.path(name, position), header, position);
      } else {
        other(in, segment, header, tree.path(name, position), links, position);
      }
      if (format == CpioFormat.CRC && typeOf(in, header) == FileType.REGULAR) {
        checkSum(in, header, name);
      }
      in.skip("content of " + name, content + header.size() - in.position());
      pad(in, start, format);
    }
  }

  private void other(
      ForwardInput in,
      Segment segment,
      CpioHeader header,
      List<ByteString> path,
      Map<LinkKey, CpioInode> links,
      long position)
      throws IOException {
    if (path.isEmpty()) {
      throw in.corrupt("header", "the root is a " + typeOf(in, header));
    }
    FileType type = typeOf(in, header);
    ByteString target = type == FileType.SYMLINK ? target(in, header) : ByteString.EMPTY;
    LinkKey key = new LinkKey(header.device(), header.inode(), type);
    CpioInode inode = header.links() > 1 ? links.get(key) : null;
    if (inode == null || (inode instanceof CpioSymlink link && !link.linkTarget().equals(target))) {
      int number = tree.nextNumber(position);
      inode =
          switch (type) {
            case REGULAR -> new CpioFile(number, header, segment);
            case SYMLINK -> new CpioSymlink(number, header, target);
            default -> new CpioSpecial(number, header);
          };
      if (header.links() > 1) {
        links.put(key, inode);
      }
    } else {
      inode.set(header);
    }
    if (inode instanceof CpioFile file && header.size() > 0) {
      file.setContent(segment, in.position(), header.size());
      contentEnd = in.position() + header.size();
    }
    tree.put(path, inode, position);
  }

  private static FileType typeOf(ForwardInput in, CpioHeader header) throws IOException {
    try {
      return FileType.ofMode(header.mode());
    } catch (IllegalArgumentException e) {
      throw in.corrupt("header", "mode is 0" + Integer.toOctalString(header.mode()));
    }
  }

  /** Up to the first zero byte: some writers add more of them to align contents. */
  private static ByteString name(ForwardInput in, int bytes) throws IOException {
    ByteReader reader = in.read("name", bytes);
    ByteString name = reader.string("name", bytes);
    int end = name.indexOf('\0');
    if (end <= 0) {
      throw reader.corrupt(end < 0 ? "it does not end with a zero byte" : "it is empty");
    }
    return name.substring(0, end);
  }

  private static ByteString target(ForwardInput in, CpioHeader header) throws IOException {
    if (header.size() < 1 || header.size() > MAX_TARGET) {
      throw in.corrupt("target", "it has " + header.size() + " bytes");
    }
    ByteReader reader = in.read("target", (int) header.size());
    ByteString target = reader.string("target", (int) header.size());
    int end = target.indexOf('\0');
    if (end == 0) {
      throw reader.corrupt("it is empty");
    }
    return end < 0 ? target : target.substring(0, end);
  }

  private static void pad(ForwardInput in, long start, CpioFormat format) throws IOException {
    long over = (in.position() - start) % format.alignment();
    if (over > 0) {
      in.skip("padding", format.alignment() - over);
    }
  }

  /** The sum of all bytes. It is read now: who reads parts of the content could not check it. */
  private static void checkSum(ForwardInput in, CpioHeader header, ByteString name)
      throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, header.size())];
    long position = in.position();
    int sum = 0;
    for (long left = header.size(); left > 0; left -= piece.length) {
      int length = (int) Math.min(piece.length, left);
      in.readFully("content of " + name, piece, 0, length);
      for (int i = 0; i < length; i++) {
        sum += piece[i] & 0xff;
      }
    }
    if (header.size() > 0 && sum != header.check()) {
      throw new CorruptInputException(
          in.label() + ": content of " + name,
          position,
          "the sum of its bytes is "
              + Integer.toHexString(sum)
              + ", not "
              + Integer.toHexString(header.check()));
    }
  }
}
