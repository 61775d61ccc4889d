package jbuild.fs.erofs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Segment;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** A tree made by hand. Names are Latin-1: one char a byte. */
final class TestInode implements ErofsInode {
  final FileType type;
  int mode = 0644;
  int uid = 1;
  int gid = 2;
  long seconds = 1_700_000_000L;
  int nanos = 123_456_789;
  long size;
  List<Segment> segments = List.of();
  ByteString target = ByteString.EMPTY;
  int major;
  int minor;
  final SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
  final SortedMap<ByteString, TestInode> children = new TreeMap<>();

  private TestInode(FileType type) {
    this.type = type;
  }

  static TestInode dir() {
    TestInode dir = new TestInode(FileType.DIRECTORY);
    dir.mode = 0755;
    return dir;
  }

  static TestInode file(long size, Segment... segments) {
    TestInode file = new TestInode(FileType.REGULAR);
    file.size = size;
    file.segments = List.of(segments);
    return file;
  }

  static TestInode link(int length) {
    TestInode link = new TestInode(FileType.SYMLINK);
    link.target = bytes("0123456789".repeat(length / 10 + 1).substring(0, length));
    link.mode = 0777;
    return link;
  }

  static TestInode special(FileType type, int major, int minor) {
    TestInode special = new TestInode(type);
    special.major = major;
    special.minor = minor;
    return special;
  }

  static ByteString bytes(String latin1) {
    return ByteString.of(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  TestInode with(String latin1Name, TestInode child) {
    children.put(bytes(latin1Name), child);
    return this;
  }

  TestInode xattr(String name, String latin1Value) {
    xattrs.put(bytes(name), latin1Value.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  TestInode mode(int newMode) {
    mode = newMode;
    return this;
  }

  TestInode owner(int newUid, int newGid) {
    uid = newUid;
    gid = newGid;
    return this;
  }

  TestInode time(long newSeconds, int newNanos) {
    seconds = newSeconds;
    nanos = newNanos;
    return this;
  }

  static byte[] image(TestInode root, long... deviceBytes) throws IOException {
    ErofsDevice[] devices = new ErofsDevice[deviceBytes.length];
    for (int i = 0; i < devices.length; i++) {
      devices[i] = new ErofsDevice("layer" + (i + 1), deviceBytes[i]);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(
        Channels.newChannel(out),
        root,
        List.of(devices),
        "0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
        "test");
    return out.toByteArray();
  }

  static ErofsImage open(byte[] image) throws IOException {
    return ErofsImage.of("test", ByteSource.of(ByteBuffer.wrap(image)));
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public int mode() {
    return mode;
  }

  @Override
  public int uid() {
    return uid;
  }

  @Override
  public int gid() {
    return gid;
  }

  @Override
  public long mtimeSeconds() {
    return seconds;
  }

  @Override
  public int mtimeNanos() {
    return nanos;
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs() {
    return xattrs;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public List<Segment> segments() {
    return segments;
  }

  @Override
  public ByteString linkTarget() {
    return target;
  }

  @Override
  public int deviceMajor() {
    return major;
  }

  @Override
  public int deviceMinor() {
    return minor;
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    for (Map.Entry<ByteString, TestInode> child : children.entrySet()) {
      visitor.child(child.getKey(), child.getValue());
    }
  }
}
