package jbuild.io;

/**
 * Undoes the filter for x86 code (The .xz File Format 5.3.2): it made the relative targets of CALL
 * (E8) and JMP (E9) absolute, so that calls of one function look the same. It took only those with
 * a target within 16 MiB, whose highest byte is 00 or FF, and left alone those too close to an
 * opcode whose operand they may be.
 */
final class X86Filter {
  private static final int INSTRUCTION = 5;

  private X86Filter() {}

  /** Changes what is from {@code start} to {@code end}; the code began at address 0. */
  static void decode(byte[] bytes, int start, int end) {
    int last = start - 1; // the opcode before
    int near = 0; // which bytes before this one were opcodes left alone; bit 0: the very last one
    for (int at = start; at <= end - INSTRUCTION; at++) {
      if ((bytes[at] & 0xfe) != 0xe8) {
        continue;
      }
      int gap = at - last;
      last = at;
      near = gap > 3 ? 0 : (near << (gap - 1)) & 7;
      if (!isFar(bytes[at + 4]) || !isPlausible(bytes, at, near)) {
        near = (near << 1) | 1;
        continue;
      }
      convert(bytes, at, at - start + INSTRUCTION, near);
      at += INSTRUCTION - 1;
      near = 0;
    }
  }

  /** One opcode at most may be near, and not with a highest byte of its own in this operand. */
  private static boolean isPlausible(byte[] bytes, int at, int near) {
    return switch (near) {
      case 0 -> true;
      case 1, 2, 4 -> !isFar(bytes[at + 4 - nearest(near)]);
      default -> false;
    };
  }

  /** How far back the opcode is. */
  private static int nearest(int near) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(near);
  }

  private static boolean isFar(byte highest) {
    return highest == 0 || highest == -1;
  }

  /**
   * @param next address of the next instruction, which targets are relative to
   */
  private static void convert(byte[] bytes, int at, int next, int near) {
    int target =
        (bytes[at + 1] & 0xff)
            | (bytes[at + 2] & 0xff) << 8
            | (bytes[at + 3] & 0xff) << 16
            | bytes[at + 4] << 24;
    int relative = target - next;
    if (near != 0) {
      // The byte that belongs to the near opcode must not look like the highest of its operand: the
      // encoder turned such ones around. Once is enough, as it is then the inverse of the byte that
      // is here, which was plausible.
      int shift = Integer.SIZE - 8 * nearest(near);
      if (isFar((byte) (relative >>> (shift - 8)))) {
        relative = (relative ^ ((1 << shift) - 1)) - next;
      }
    }
    bytes[at + 1] = (byte) relative;
    bytes[at + 2] = (byte) (relative >>> 8);
    bytes[at + 3] = (byte) (relative >>> 16);
    bytes[at + 4] = (byte) -((relative >>> 24) & 1);
  }
}
