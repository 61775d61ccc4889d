package jbuild.fs.iso9660;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;

/**
 * Writes small images by hand, record by record, so that a test says what is in each: a primary
 * volume descriptor, the root directory, and whatever else is put at a block.
 */
final class TestIso {
  static final int BLOCK = 2048;
  static final int ROOT = 20;
  static final int DESCRIPTOR = 16 * BLOCK;

  private static final int SECTION = 0x80;

  private final ByteBuffer image;
  private final List<byte[]> rootRecords = new ArrayList<>();
  private byte[] rootSystemUse = entries(sp(0), entry("PX", px(040755, 1, 0, 0)));

  TestIso(int blocks) {
    image = ByteBuffer.allocate(blocks * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Without Rock Ridge. */
  static TestIso plain(int blocks) {
    TestIso iso = new TestIso(blocks);
    iso.rootSystemUse = new byte[0];
    return iso;
  }

  TestIso rootSystemUse(byte[]... entries) {
    rootSystemUse = entries(entries);
    return this;
  }

  /** A file in the root. */
  TestIso file(String identifier, int block, int length, byte[]... entries) {
    rootRecords.add(record(ascii(identifier), 0, block, length, entries));
    return this;
  }

  /** A section of a file that goes on in the next record. */
  TestIso section(String identifier, int block, int length, byte[]... entries) {
    rootRecords.add(record(ascii(identifier), SECTION, block, length, entries));
    return this;
  }

  /** A directory of its own block in the root. */
  TestIso directory(String identifier, int block, byte[]... entries) {
    rootRecords.add(record(ascii(identifier), 2, block, BLOCK, entries));
    return this;
  }

  TestIso rawRecord(byte[] record) {
    rootRecords.add(record);
    return this;
  }

  /** A directory at {@code block}. */
  TestIso directoryAt(int block, byte[]... records) {
    List<byte[]> all = new ArrayList<>();
    all.add(record(new byte[] {0}, 2, block, BLOCK));
    all.add(record(new byte[] {1}, 2, ROOT, BLOCK));
    all.addAll(List.of(records));
    return data(block, entries(all.toArray(byte[][]::new)));
  }

  TestIso data(int block, byte[] bytes) {
    image.put(block * BLOCK, bytes);
    return this;
  }

  byte[] bytes() {
    List<byte[]> records = new ArrayList<>();
    records.add(record(new byte[] {0}, 2, ROOT, BLOCK, rootSystemUse));
    records.add(record(new byte[] {1}, 2, ROOT, BLOCK));
    records.addAll(rootRecords);
    data(ROOT, entries(records.toArray(byte[][]::new)));
    ByteBuffer descriptor = image.slice(DESCRIPTOR, BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    descriptor.put(ascii("\1CD001\1"));
    descriptor.put(40, ascii("TEST                            "));
    descriptor.putShort(128, (short) BLOCK).putShort(130, Short.reverseBytes((short) BLOCK));
    descriptor.put(156, record(new byte[] {0}, 2, ROOT, BLOCK));
    image.put(DESCRIPTOR + BLOCK, ascii("\u00ffCD001\1"));
    return image.array();
  }

  Iso9660Reader open() throws IOException {
    return open(bytes());
  }

  static Iso9660Reader open(byte[] image) throws IOException {
    return Iso9660Reader.open(
        "iso9660 test", ByteSource.of(ByteBuffer.wrap(image)), new BlockCache(4 << 20, 0));
  }

  static List<String> names(Inode directory) throws IOException {
    List<String> names = new ArrayList<>();
    directory.forEachChild((name, inode) -> names.add(name.toString()));
    return names;
  }

  static Inode find(FilesystemReader reader, String name) throws IOException {
    Inode found = reader.root().child(ByteString.of(name));
    if (found == null) {
      throw new AssertionError("no " + name + " in " + names(reader.root()));
    }
    return found;
  }

  static String text(Inode file) throws IOException {
    ByteSource content = file.content();
    ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
    content.read(0, bytes);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  /** All files' names and texts, links' targets. */
  static Map<String, String> texts(FilesystemReader reader) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    reader
        .root()
        .forEachChild(
            (name, inode) ->
                texts.put(
                    name.toString(),
                    switch (inode.type()) {
                      case REGULAR -> text(inode);
                      case SYMLINK -> inode.linkTarget().toString();
                      default -> inode.type().toString();
                    }));
    return texts;
  }

  static byte[] record(byte[] identifier, int flags, int block, int length, byte[]... entries) {
    byte[] systemUse = entries(entries);
    int identifierEnd = 33 + identifier.length;
    int bytes = identifierEnd + identifierEnd % 2 + systemUse.length;
    ByteBuffer record = ByteBuffer.allocate(bytes + bytes % 2);
    record.put((byte) record.limit()).put((byte) 0).put(both(block)).put(both(length));
    record.put(new byte[] {101, 2, 3, 4, 5, 6, 4}).put((byte) flags).put(new byte[2]);
    record.put(new byte[] {1, 0, 0, 1}).put((byte) identifier.length).put(identifier);
    return record.put(identifierEnd + identifierEnd % 2, systemUse).array();
  }

  /** A system use entry: two letters, length, version 1. */
  static byte[] entry(String signature, byte[]... fields) {
    return entry(signature, 1, fields);
  }

  static byte[] entry(String signature, int version, byte[]... fields) {
    byte[] all = entries(fields);
    return ByteBuffer.allocate(4 + all.length)
        .put(ascii(signature))
        .put((byte) (4 + all.length))
        .put((byte) version)
        .put(all)
        .array();
  }

  static byte[] sp(int skip) {
    return entry("SP", bytes(0xbe, 0xef, skip));
  }

  static byte[] px(int mode, int links, int uid, int gid) {
    return entries(both(mode), both(links), both(uid), both(gid));
  }

  static byte[] px(int mode, int links, int uid, int gid, int serial) {
    return entries(px(mode, links, uid, gid), both(serial));
  }

  static byte[] ce(int block, int offset, int length) {
    return entry("CE", both(block), both(offset), both(length));
  }

  static byte[] name(String name) {
    return entry("NM", bytes(0), ascii(name));
  }

  static byte[] both(int value) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(value)
        .putInt(Integer.reverseBytes(value))
        .array();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] entries(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
