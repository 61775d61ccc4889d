package jbuild.fs.cpio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/** Archives in the newc format, made by hand, and those of {@code testdata/fs/cpio}. */
final class TestArchives {
  static final int DIRECTORY = 040755;
  static final int FILE = 0100644;
  static final int LINK = 0120777;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode = 100;

  static byte[] testdata(String name) throws IOException {
    Path file = Path.of("testdata/fs/cpio/" + name);
    if (Files.exists(file)) {
      return Files.readAllBytes(file);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(file + ".gz")))) {
      return in.readAllBytes();
    }
  }

  TestArchives add(int mode, String name, String content) {
    return entry("070701", inode++, mode, 1, 0, name + '\0', content);
  }

  /** One of several names of inode {@code inode}. */
  TestArchives hardLink(int inode, String name, String content) {
    return entry("070701", inode, FILE, 2, 0, name + '\0', content);
  }

  TestArchives entry(
      String magic, int ino, int mode, int links, int check, String name, String content) {
    byte[] data = content.getBytes(StandardCharsets.ISO_8859_1);
    int[] fields = {ino, mode, 7, 8, links, 1_000, data.length, 0, 1, 4, 64, name.length(), check};
    StringBuilder header = new StringBuilder(magic);
    for (int field : fields) {
      header.append(String.format("%08X", field));
    }
    bytes(header.append(name).toString());
    pad();
    out.writeBytes(data);
    pad();
    return this;
  }

  TestArchives bytes(String latin1) {
    out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  TestArchives trailer() {
    return entry("070701", 0, 0, 1, 0, "TRAILER!!!\0", "");
  }

  TestArchives zeros(int count) {
    out.writeBytes(new byte[count]);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void pad() {
    zeros(-out.size() & 3);
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(plain);
    }
    return compressed.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static CpioReader open(byte[] image) throws IOException {
    return CpioReader.open("test", source(image));
  }

  static ByteSource source(byte[] image) {
    return ByteSource.of(ByteBuffer.wrap(image));
  }

  /** The whole tree, a line a name: what it is and what it holds. */
  static List<String> list(CpioReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    list("", reader.root(), lines);
    return lines;
  }

  private static void list(String path, Inode directory, List<String> lines) throws IOException {
    directory.forEachChild(
        (name, inode) -> {
          String line = path + name;
          switch (inode.type()) {
            case DIRECTORY -> lines.add(line + "/");
            case REGULAR -> lines.add(line + " = " + content(inode));
            case SYMLINK -> lines.add(line + " -> " + inode.linkTarget());
            default -> lines.add(line + " " + inode.type());
          }
          if (inode.type() == FileType.DIRECTORY) {
            list(line + "/", inode, lines);
          }
        });
  }

  static String content(Inode inode) throws IOException {
    ByteBuffer target = ByteBuffer.allocate((int) inode.size());
    inode.content().read(0, target);
    return new String(target.array(), StandardCharsets.ISO_8859_1);
  }
}
