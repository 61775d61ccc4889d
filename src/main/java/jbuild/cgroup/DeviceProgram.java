package jbuild.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Version 2's device list: an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE that the kernel runs
 * at each open(2) and mknod(2) of a device. Its context is {@code struct bpf_cgroup_dev_ctx}: the
 * wanted rights in the upper half of a word with the type in the lower, the major, the minor. It
 * gives 1 to permit. Encoding: Documentation/bpf/standardization/instruction-set.rst.
 */
final class DeviceProgram {
  private static final int LOAD_WORD = 0x61;
  private static final int MOVE_64 = 0xb7;
  private static final int MOVE_32_REGISTER = 0xbc;
  private static final int AND_32 = 0x54;
  private static final int SHIFT_RIGHT_32 = 0x74;
  private static final int JUMP_UNLESS_EQUAL = 0x55;
  private static final int EXIT = 0x95;

  private static final int RESULT = 0;
  private static final int CONTEXT = 1;
  private static final int TYPE = 2;
  private static final int RIGHTS = 3;
  private static final int MAJOR = 4;
  private static final int MINOR = 5;

  private static final int BLOCK = 1;
  private static final int CHARACTER = 2;
  private static final int MKNOD = 1;
  private static final int READ = 2;
  private static final int WRITE = 4;
  private static final int ALL = MKNOD | READ | WRITE;

  private final List<long[]> instructions = new ArrayList<>();

  private DeviceProgram() {}

  /** The instructions, eight bytes each, in the byte order of both processors that we run on. */
  static byte[] of(List<DeviceRule> rules) {
    DeviceProgram program = new DeviceProgram();
    program.add(LOAD_WORD, TYPE, CONTEXT, 0, 0);
    program.add(MOVE_32_REGISTER, RIGHTS, TYPE, 0, 0);
    program.add(AND_32, TYPE, 0, 0, 0xffff);
    program.add(SHIFT_RIGHT_32, RIGHTS, 0, 0, 16);
    program.add(LOAD_WORD, MAJOR, CONTEXT, 4, 0);
    program.add(LOAD_WORD, MINOR, CONTEXT, 8, 0);
    for (DeviceRule rule : merged(rules)) {
      program.permit(rule);
    }
    program.add(MOVE_64, RESULT, 0, 0, 0);
    program.add(EXIT, 0, 0, 0, 0);
    return program.toBytes();
  }

  /** Rights to one device add up, as in version 1: a rule to read and one to write permit both. */
  private static List<DeviceRule> merged(List<DeviceRule> rules) {
    List<DeviceRule> merged = new ArrayList<>();
    for (DeviceRule rule : rules) {
      DeviceRule sum = rule;
      for (int i = 0; i < merged.size(); i++) {
        DeviceRule other = merged.get(i);
        if (other.type() == rule.type()
            && other.major() == rule.major()
            && other.minor() == rule.minor()) {
          sum = new DeviceRule(rule.type(), rule.major(), rule.minor(), union(other, rule));
          merged.remove(i);
          break;
        }
      }
      merged.add(sum);
    }
    return merged;
  }

  private static String union(DeviceRule one, DeviceRule other) {
    StringBuilder rights = new StringBuilder();
    for (char right : new char[] {'r', 'w', 'm'}) {
      if (one.permits(right) || other.permits(right)) {
        rights.append(right);
      }
    }
    return rights.toString();
  }

  /** Each test that fails jumps behind the two instructions that permit. */
  private void permit(DeviceRule rule) {
    int rights =
        (rule.permits('m') ? MKNOD : 0)
            | (rule.permits('r') ? READ : 0)
            | (rule.permits('w') ? WRITE : 0);
    List<long[]> tests = new ArrayList<>();
    if (rule.type() != 'a') {
      tests.add(unlessEqual(TYPE, rule.type() == 'b' ? BLOCK : CHARACTER));
    }
    if (rule.major() != DeviceRule.ANY) {
      tests.add(unlessEqual(MAJOR, rule.major()));
    }
    if (rule.minor() != DeviceRule.ANY) {
      tests.add(unlessEqual(MINOR, rule.minor()));
    }
    if (rights != ALL) {
      tests.add(new long[] {MOVE_32_REGISTER, RESULT, RIGHTS, 0, 0});
      tests.add(new long[] {AND_32, RESULT, 0, 0, ~rights & 0xffff});
      tests.add(unlessEqual(RESULT, 0));
    }
    for (int i = 0; i < tests.size(); i++) {
      long[] test = tests.get(i);
      if (test[0] == JUMP_UNLESS_EQUAL) {
        test[3] = tests.size() - 1 - i + 2;
      }
      instructions.add(test);
    }
    add(MOVE_64, RESULT, 0, 0, 1);
    add(EXIT, 0, 0, 0, 0);
  }

  private static long[] unlessEqual(int register, int value) {
    return new long[] {JUMP_UNLESS_EQUAL, register, 0, 0, value};
  }

  private void add(int operation, int target, int source, int offset, int operand) {
    instructions.add(new long[] {operation, target, source, offset, operand});
  }

  /** {@code struct bpf_insn}: operation, both registers in a byte, offset, operand. */
  private byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * instructions.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] instruction : instructions) {
      bytes
          .put((byte) instruction[0])
          .put((byte) (instruction[1] | instruction[2] << 4))
          .putShort((short) instruction[3])
          .putInt((int) instruction[4]);
    }
    return bytes.array();
  }
}
