package jbuild.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jbuild.io.ByteString;

/**
 * A {@link SyscallProgram} as the stub reads it, for memory that will lie at a known address: the
 * table of entries, one that always fails after them, then the memory that arguments point to. The
 * format is described in {@code src/main/asm/stub-x86_64.s}.
 */
final class ProgramLayout {
  static final int ENTRY_SIZE = 72;

  private static final int FIRST_ARGUMENT = 8;
  private static final int STORE = 56;
  private static final int TOLERATED = 64;
  private static final long EVERY_ERROR = 1;

  /** No system call has this number, so that a program that runs past its end fails (ENOSYS). */
  private static final long NO_SYSCALL = -1;

  private final SyscallProgram program;
  private final Arch arch;
  private final ByteBuffer image;
  private final long base;
  private int free;

  private ProgramLayout(SyscallProgram program, Arch arch, ByteBuffer image, long base) {
    this.program = program;
    this.arch = arch;
    this.image = image;
    this.base = base;
    this.free = tableSize(program);
  }

  /** The bytes that {@link #write} needs. */
  static int size(SyscallProgram program) {
    long size = tableSize(program);
    for (SyscallProgram.Call call : program.calls()) {
      for (Arg arg : call.args()) {
        size += memory(arg);
      }
    }
    return Math.toIntExact(size);
  }

  /**
   * Lays {@code program} out in {@code image}, all zeros, which the child will see at {@code base},
   * 16-byte aligned.
   */
  static void write(SyscallProgram program, Arch arch, ByteBuffer image, long base) {
    new ProgramLayout(program, arch, image.order(ByteOrder.LITTLE_ENDIAN), base).write();
  }

  private void write() {
    List<SyscallProgram.Call> calls = program.calls();
    for (int i = 0; i < calls.size(); i++) {
      SyscallProgram.Call call = calls.get(i);
      int entry = i * ENTRY_SIZE;
      image.putLong(entry, call.syscall().number(arch));
      for (int a = 0; a < call.args().size(); a++) {
        putCell(entry + FIRST_ARGUMENT + 8 * a, call.args().get(a));
      }
      image.putLong(
          entry + TOLERATED,
          call.ignoresErrors() ? EVERY_ERROR : -(long) call.tolerated().number());
    }
    image.putLong(calls.size() * ENTRY_SIZE, NO_SYSCALL);
  }

  private void putCell(int cell, Arg arg) {
    if (arg instanceof Arg.Value value) {
      image.putLong(cell, value.value());
    } else if (arg instanceof Arg.Slot slot) {
      // The new cell becomes the head of the chain of cells that wait for this result.
      int store = slot.call() * ENTRY_SIZE + STORE;
      image.putLong(cell, image.getLong(store));
      image.putLong(store, base + cell);
    } else if (arg instanceof Arg.Text text) {
      image.putLong(cell, base + putString(text.text()));
    } else if (arg instanceof Arg.Memory bytes) {
      int at = allocate(bytes.bytes().length);
      image.put(at, bytes.bytes());
      image.putLong(cell, base + at);
    } else if (arg instanceof Arg.Cells cells) {
      int at = allocate(8 * cells.fields().size());
      image.putLong(cell, base + at);
      for (int i = 0; i < cells.fields().size(); i++) {
        putCell(at + 8 * i, cells.fields().get(i));
      }
    }
  }

  private int putString(ByteString text) {
    int at = allocate(text.length() + 1);
    image.put(at, text.toBytes());
    return at;
  }

  private int allocate(int size) {
    int at = free;
    free += aligned(size);
    return at;
  }

  private static int tableSize(SyscallProgram program) {
    return aligned((program.size() + 1) * ENTRY_SIZE);
  }

  private static long memory(Arg arg) {
    if (arg instanceof Arg.Text text) {
      return aligned(text.text().length() + 1);
    }
    if (arg instanceof Arg.Memory bytes) {
      return aligned(bytes.bytes().length);
    }
    long size = 0;
    if (arg instanceof Arg.Cells cells) {
      size = aligned(8 * cells.fields().size());
      for (Arg field : cells.fields()) {
        size += memory(field);
      }
    }
    return size;
  }

  private static int aligned(int size) {
    return (size + 15) & -16;
  }
}
