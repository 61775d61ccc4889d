package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs are run by a small interpreter; the kernel runs them in LimitsBesideRuncIT. */
final class DeviceProgramTest {
  private static final int BLOCK = 1;
  private static final int CHARACTER = 2;
  private static final int MKNOD = 1;
  private static final int READ = 2;
  private static final int WRITE = 4;

  @Test
  void without_rules_nothing_is_permitted() {
    byte[] program = DeviceProgram.of(List.of());
    assertEquals(0, run(program, CHARACTER, READ, 1, 3));
    assertEquals(0, run(program, BLOCK, MKNOD, 8, 0));
  }

  @Test
  void docker_s_devices_open_and_any_node_can_be_made() {
    byte[] program = DeviceProgram.of(DeviceRule.DEFAULTS);
    assertEquals(1, run(program, CHARACTER, READ | WRITE, 1, 3));
    assertEquals(1, run(program, CHARACTER, READ | WRITE, 136, 77));
    assertEquals(1, run(program, BLOCK, MKNOD, 8, 0));
    assertEquals(1, run(program, CHARACTER, MKNOD, 1, 1));
    assertEquals(0, run(program, BLOCK, READ, 8, 0));
    assertEquals(0, run(program, CHARACTER, READ, 1, 1));
    assertEquals(0, run(program, CHARACTER, READ, 1, 4));
    assertEquals(0, run(program, BLOCK, READ, 1, 3), "a block device with the numbers of null");
  }

  @Test
  void a_right_that_no_rule_gives_is_refused_whatever_others_are_wanted_with_it() {
    byte[] program = DeviceProgram.of(List.of(DeviceRule.parse("b 8:* r")));
    assertEquals(1, run(program, BLOCK, READ, 8, 15));
    assertEquals(0, run(program, BLOCK, READ | WRITE, 8, 15));
    assertEquals(0, run(program, BLOCK, WRITE, 8, 15));
    assertEquals(0, run(program, BLOCK, MKNOD, 8, 15));
  }

  @Test
  void rights_to_the_same_device_add_up() {
    byte[] program =
        DeviceProgram.of(
            List.of(
                DeviceRule.parse("c 10:229 r"),
                DeviceRule.parse("c 10:230 m"),
                DeviceRule.parse("c 10:229 w")));
    assertEquals(1, run(program, CHARACTER, READ | WRITE, 10, 229));
    assertEquals(0, run(program, CHARACTER, MKNOD, 10, 229));
  }

  @Test
  void a_rule_for_everything_permits_everything() {
    byte[] program = DeviceProgram.of(List.of(DeviceRule.parse("a *:* rwm")));
    assertEquals(1, run(program, BLOCK, READ | WRITE | MKNOD, 259, 1_000_000));
  }

  @Test
  void rules_are_written_as_docker_and_the_kernel_write_them() {
    for (String rule : List.of("c 1:3 rwm", "b *:* m", "a 8:* r")) {
      assertEquals(rule, DeviceRule.parse(rule).toString());
    }
    for (String wrong :
        List.of(
            "", "c", "c 1:3", "x 1:3 r", "c 1 r", "c 1:3 rx", "c -1:3 r", "c a:3 r", "c 1:3 ")) {
      assertThrows(IllegalArgumentException.class, () -> DeviceRule.parse(wrong), wrong);
    }
  }

  /** As much of eBPF as there is in the programs; each jump goes forward. */
  private static long run(byte[] program, int type, int rights, int major, int minor) {
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int[] context = {rights << 16 | type, major, minor};
    long[] registers = new long[11];
    for (int at = 0; at < program.length / 8; at++) {
      int operation = code.get(8 * at) & 0xff;
      int target = code.get(8 * at + 1) & 0xf;
      int source = code.get(8 * at + 1) >> 4 & 0xf;
      int offset = code.getShort(8 * at + 2);
      int operand = code.getInt(8 * at + 4);
      switch (operation) {
        case 0x61 -> {
          assertEquals(1, source, "only the context is read");
          registers[target] = context[offset / 4];
        }
        case 0xb7 -> registers[target] = operand;
        case 0xbc -> registers[target] = registers[source] & 0xffffffffL;
        case 0x54 -> registers[target] = registers[target] & operand & 0xffffffffL;
        case 0x74 -> registers[target] = (registers[target] & 0xffffffffL) >>> operand;
        case 0x55 -> {
          assertTrue(offset > 0);
          at += registers[target] == operand ? 0 : offset;
        }
        case 0x95 -> {
          return registers[0];
        }
        default -> throw new AssertionError("operation " + operation);
      }
    }
    throw new AssertionError("no exit");
  }
}
