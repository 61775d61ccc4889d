package jbuild.fs.cpio;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** A directory, with its entries in the order of the archive. */
final class CpioDirectory extends CpioInode {
  private static final int IMPLIED_MODE = FileType.DIRECTORY.modeBits() | 0755;

  private Map<ByteString, CpioInode> children = Map.of();

  CpioDirectory(int number, CpioHeader header) {
    super(number, header);
  }

  /** One that has no entry of its own. */
  CpioDirectory(int number) {
    super(number, IMPLIED_MODE);
  }

  boolean isEmpty() {
    return children.isEmpty();
  }

  @Nullable CpioInode get(ByteString name) {
    return children.get(name);
  }

  /** Adds an entry, in place of one that has the name already. */
  void put(ByteString name, CpioInode child) {
    if (children.isEmpty()) {
      children = new LinkedHashMap<>();
    }
    children.remove(name);
    children.put(name, child);
  }

  @Override
  public @Nullable CpioInode child(ByteString name) {
    return get(name);
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    for (Map.Entry<ByteString, CpioInode> entry : children.entrySet()) {
      visitor.child(entry.getKey(), entry.getValue());
    }
  }
}
