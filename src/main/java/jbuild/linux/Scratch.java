package jbuild.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One thread's native memory for the arguments and results of the call it is making: two paths and
 * a structure. Freed with the thread.
 */
final class Scratch {
  /** PATH_MAX, limits.h: the longest path the kernel takes, with its final zero. */
  static final int PATH_MAX = 4096;

  /** Room for a structure, a link's target or two strings of mount(2). */
  static final int RESULT_SIZE = 2 * PATH_MAX;

  /** XATTR_SIZE_MAX and XATTR_LIST_MAX, limits.h; as a batch of a directory, 1000 names. */
  static final int BULK_SIZE = 64 << 10;

  private final NativeCalls natives;
  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(2 * PATH_MAX + RESULT_SIZE).order(ByteOrder.nativeOrder());
  private final long address;
  private final byte[] heap = new byte[PATH_MAX];
  private @Nullable ByteBuffer bulk;

  Scratch(NativeCalls natives) {
    this.natives = natives;
    this.address = natives.address(memory);
  }

  /** Writes {@code path} to the first path's place; its address. */
  long path(Syscall forCall, ByteString path) throws ErrnoException {
    return string(forCall, path, 0);
  }

  /** Writes {@code path} to the second path's place; its address. */
  long secondPath(Syscall forCall, ByteString path) throws ErrnoException {
    return string(forCall, path, PATH_MAX);
  }

  /** Writes a string of mount(2) to the result's place at {@code offset}; its address. */
  long resultString(Syscall forCall, ByteString text, int offset) throws ErrnoException {
    return string(forCall, text, 2 * PATH_MAX + offset);
  }

  /** Where results and structures lie, {@link #RESULT_SIZE} bytes. */
  long result() {
    return address + 2 * PATH_MAX;
  }

  int resultInt(int offset) {
    return memory.getInt(2 * PATH_MAX + offset);
  }

  long resultLong(int offset) {
    return memory.getLong(2 * PATH_MAX + offset);
  }

  int resultShort(int offset) {
    return memory.getShort(2 * PATH_MAX + offset) & 0xffff;
  }

  void putResultInt(int offset, int value) {
    memory.putInt(2 * PATH_MAX + offset, value);
  }

  void putResultLong(int offset, long value) {
    memory.putLong(2 * PATH_MAX + offset, value);
  }

  byte[] resultBytes(int length) {
    byte[] bytes = new byte[length];
    memory.get(2 * PATH_MAX, bytes);
    return bytes;
  }

  /** A larger piece of memory, {@link #BULK_SIZE} bytes. */
  ByteBuffer bulk() {
    ByteBuffer current = bulk;
    if (current == null) {
      current = ByteBuffer.allocateDirect(BULK_SIZE).order(ByteOrder.nativeOrder());
      bulk = current;
    }
    return current;
  }

  long address(ByteBuffer bulk) {
    return natives.address(bulk);
  }

  private long string(Syscall forCall, ByteString text, int offset) throws ErrnoException {
    int length = text.length();
    if (length >= PATH_MAX) {
      throw new ErrnoException(forCall + " " + text, Errno.ENAMETOOLONG);
    }
    if (text.indexOf('\0') >= 0) {
      throw new ErrnoException(
          forCall + " " + text, Errno.EINVAL, "a name cannot hold a zero byte");
    }
    text.copyTo(heap, 0);
    heap[length] = 0;
    memory.put(offset, heap, 0, length + 1);
    return address + offset;
  }
}
