package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import jbuild.fs.Inode;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** An inode of an image that {@link ErofsReader} reads. */
final class VolumeInode implements Inode {
  private final Volume volume;
  private final StoredInode stored;

  VolumeInode(Volume volume, StoredInode stored) {
    this.volume = volume;
    this.stored = stored;
  }

  @Override
  public long number() {
    return stored.nid();
  }

  @Override
  public FileType type() {
    return stored.fileType();
  }

  @Override
  public int mode() {
    return stored.permissions();
  }

  @Override
  public int uid() {
    return stored.uid();
  }

  @Override
  public int gid() {
    return stored.gid();
  }

  @Override
  public long mtimeSeconds() {
    return stored.mtimeSeconds();
  }

  @Override
  public int mtimeNanos() {
    return stored.mtimeNanos();
  }

  @Override
  public long size() {
    return stored.size();
  }

  @Override
  public int deviceMajor() {
    return stored.deviceMajor();
  }

  @Override
  public int deviceMinor() {
    return stored.deviceMinor();
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs() throws IOException {
    return StoredXattrs.read(volume, stored);
  }

  @Override
  public ByteString linkTarget() throws IOException {
    requireType(FileType.SYMLINK);
    long size = stored.size();
    if (size < 1 || size > InodeLayout.MAX_TARGET) {
      throw volume.corrupt("inode", stored.position(), "target of " + size + " bytes");
    }
    byte[] target = new byte[(int) size];
    FileContent.of(volume, stored, Devices.METADATA).read(0, ByteBuffer.wrap(target));
    ByteString text = ByteString.of(target);
    if (text.indexOf('\0') >= 0) {
      throw volume.corrupt("inode", stored.position(), "target holds a zero byte");
    }
    return text;
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    if (stored.size() > 0) {
      blocks().forEach((name, block, index) -> visitor.child(name, child(block, index)));
    }
  }

  @Override
  public @Nullable Inode child(ByteString name) throws IOException {
    if (stored.size() == 0) {
      return null;
    }
    DirectoryBlock block = blocks().find(name);
    int index = block.find(name);
    return index < 0 ? null : child(block, index);
  }

  private Inode child(DirectoryBlock block, int index) throws IOException {
    return new VolumeInode(volume, volume.inode(block.nid(index)));
  }

  private DirectoryBlocks blocks() throws IOException {
    requireType(FileType.DIRECTORY);
    FileContent entries = FileContent.of(volume, stored, Devices.METADATA);
    String label = volume.label() + ": directory block";
    return new DirectoryBlocks(
        stored.size(),
        volume.blockBytes(),
        (offset, length) -> {
          ByteBuffer block = ByteBuffer.allocate(length);
          entries.read(offset, block);
          return ByteReader.of(label, block.flip(), entries.positionOf(offset));
        });
  }

  @Override
  public ByteSource content() throws IOException {
    requireType(FileType.REGULAR);
    return FileContent.of(volume, stored, Devices.PRIMARY);
  }

  @Override
  public long position() throws IOException {
    return stored.size() == 0 ? 0 : FileContent.of(volume, stored, Devices.PRIMARY).positionOf(0);
  }

  private void requireType(FileType type) {
    if (stored.fileType() != type) {
      throw new IllegalStateException("not a " + type + " but a " + stored.fileType());
    }
  }

  @Override
  public String toString() {
    return stored.toString();
  }
}
