package jbuild.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a classic BPF program, Documentation/networking/filter.rst: jumps are relative and
 * only go forward, so pieces can be joined as they are. Every path through a whole one ends in a
 * return.
 */
final class Bpf {
  static final int LOAD_WORD = 0x20;
  static final int JUMP = 0x05;
  static final int JUMP_EQUAL = 0x15;
  static final int JUMP_GREATER_OR_EQUAL = 0x35;
  static final int JUMP_ANY_BIT = 0x45;
  static final int RETURN = 0x06;

  /** Bytes of {@code struct sock_filter}. */
  static final int INSTRUCTION_SIZE = 8;

  /** The offset of a conditional jump has 8 bits. */
  private static final int FARTHEST_JUMP = 255;

  private final List<Instruction> instructions = new ArrayList<>();

  /** {@code struct sock_filter}. */
  record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  Bpf load(int offset) {
    return add(LOAD_WORD, 0, 0, offset);
  }

  Bpf giveBack(int verdict) {
    return add(RETURN, 0, 0, verdict);
  }

  /** Skips {@code ifTrue} or {@code ifFalse} of the instructions that follow. */
  Bpf jump(int code, int operand, int ifTrue, int ifFalse) {
    return add(code, ifTrue, ifFalse, operand);
  }

  /** Runs {@code low} if the loaded word is below {@code boundary}, unsigned, else {@code high}. */
  Bpf branch(int boundary, Bpf low, Bpf high) {
    if (low.size() <= FARTHEST_JUMP) {
      jump(JUMP_GREATER_OR_EQUAL, boundary, low.size(), 0);
    } else {
      jump(JUMP_GREATER_OR_EQUAL, boundary, 0, 1);
      add(JUMP, 0, 0, low.size());
    }
    return append(low).append(high);
  }

  Bpf append(Bpf other) {
    instructions.addAll(other.instructions);
    return this;
  }

  int size() {
    return instructions.size();
  }

  /** As the kernel reads it, in this machine's byte order: both architectures are little-endian. */
  byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(INSTRUCTION_SIZE * size()).order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction instruction : instructions) {
      bytes
          .putShort((short) instruction.code())
          .put((byte) instruction.ifTrue())
          .put((byte) instruction.ifFalse())
          .putInt(instruction.operand());
    }
    return bytes.array();
  }

  private Bpf add(int code, int ifTrue, int ifFalse, int operand) {
    instructions.add(new Instruction(code, ifTrue, ifFalse, operand));
    return this;
  }
}
