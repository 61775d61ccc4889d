package jbuild.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * An inode that a test makes: {@code directory().with("etc", directory()).with("x", file("y"))}.
 */
public final class FakeInode implements Inode {
  private static final AtomicLong NUMBERS = new AtomicLong(1);

  private final FileType type;
  private final byte[] content;
  private final SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
  private final Map<ByteString, Inode> children = new LinkedHashMap<>();
  private final int minor;
  private long number = NUMBERS.getAndIncrement();
  private long position;

  private FakeInode(FileType type, byte[] content, int minor) {
    this.type = type;
    this.content = content;
    this.minor = minor;
  }

  public static FakeInode directory() {
    return new FakeInode(FileType.DIRECTORY, new byte[0], 0);
  }

  public static FakeInode file(String text) {
    return new FakeInode(FileType.REGULAR, text.getBytes(StandardCharsets.UTF_8), 0);
  }

  public static FakeInode link(String target) {
    return new FakeInode(FileType.SYMLINK, target.getBytes(StandardCharsets.UTF_8), 0);
  }

  public static FakeInode special(FileType type, int minor) {
    return new FakeInode(type, new byte[0], minor);
  }

  public FakeInode with(String name, Inode child) {
    return with(ByteString.of(name), child);
  }

  public FakeInode with(ByteString name, Inode child) {
    children.put(name, child);
    return this;
  }

  public FakeInode xattr(String name, String value) {
    xattrs.put(ByteString.of(name), value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Where its content lies. */
  public FakeInode at(long newPosition) {
    position = newPosition;
    return this;
  }

  /** Makes it the same inode as another one, as a damaged image might have it. */
  public FakeInode numbered(long newNumber) {
    number = newNumber;
    return this;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public int mode() {
    return type == FileType.DIRECTORY ? 0755 : 0644;
  }

  @Override
  public int uid() {
    return 0;
  }

  @Override
  public int gid() {
    return 0;
  }

  @Override
  public long mtimeSeconds() {
    return 1_600_000_000;
  }

  @Override
  public int mtimeNanos() {
    return 0;
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public int deviceMinor() {
    return minor;
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs() {
    return xattrs;
  }

  @Override
  public ByteString linkTarget() {
    return ByteString.of(content);
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    for (Map.Entry<ByteString, Inode> child : children.entrySet()) {
      visitor.child(child.getKey(), child.getValue());
    }
  }

  @Override
  public ByteSource content() {
    return ByteSource.of(ByteBuffer.wrap(content));
  }

  @Override
  public long position() {
    return position;
  }
}
