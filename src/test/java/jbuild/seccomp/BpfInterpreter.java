package jbuild.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as the kernel does, and refuses what the kernel's checker would refuse. */
final class BpfInterpreter {
  private static final int DATA_SIZE = 64;

  private final ByteBuffer program;
  private int steps;

  BpfInterpreter(byte[] program) {
    this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The verdict on a call; {@code struct seccomp_data}. */
  int run(int architecture, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(DATA_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(number).putInt(architecture).putLong(0x7f0000001234L);
    for (long argument : arguments) {
      data.putLong(argument);
    }
    int word = 0;
    int at = 0;
    for (steps = 1; ; steps++) {
      int base = at * Bpf.INSTRUCTION_SIZE;
      int code = program.getShort(base);
      int ifTrue = program.get(base + 2) & 0xff;
      int ifFalse = program.get(base + 3) & 0xff;
      int operand = program.getInt(base + 4);
      at++;
      switch (code) {
        case Bpf.LOAD_WORD -> word = data.getInt(operand);
        case Bpf.JUMP -> at += operand;
        case Bpf.JUMP_EQUAL -> at += word == operand ? ifTrue : ifFalse;
        case Bpf.JUMP_GREATER_OR_EQUAL ->
            at += Integer.compareUnsigned(word, operand) >= 0 ? ifTrue : ifFalse;
        case Bpf.JUMP_ANY_BIT -> at += (word & operand) != 0 ? ifTrue : ifFalse;
        case Bpf.RETURN -> {
          return operand;
        }
        default -> throw new AssertionError("instruction " + (at - 1) + " has code " + code);
      }
    }
  }

  /** Instructions the last run took. */
  int steps() {
    return steps;
  }
}
