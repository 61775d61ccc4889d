package jbuild.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** bpf(2) for programs that control groups run; {@code union bpf_attr} of linux/bpf.h. */
final class BpfCalls {
  private static final int BPF_PROG_LOAD = 5;
  private static final int BPF_PROG_ATTACH = 8;
  private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
  private static final int BPF_CGROUP_DEVICE = 6;
  private static final int BPF_F_ALLOW_MULTI = 2;
  private static final int INSTRUCTION_SIZE = 8;

  /** As far as prog_flags; the kernel takes what follows as zero. */
  private static final int LOAD_SIZE = 48;

  private static final int ATTACH_SIZE = 16;

  private BpfCalls() {}

  static void attachDeviceProgram(Kernel kernel, Fd group, byte[] instructions)
      throws ErrnoException {
    try (Fd program = load(kernel, instructions)) {
      ByteBuffer attributes = direct(ATTACH_SIZE);
      attributes.putInt(group.number()).putInt(program.number());
      attributes.putInt(BPF_CGROUP_DEVICE).putInt(BPF_F_ALLOW_MULTI).rewind();
      try {
        kernel.call(
            Syscall.BPF,
            "attach to " + group,
            BPF_PROG_ATTACH,
            kernel.address(attributes),
            ATTACH_SIZE);
      } finally {
        Reference.reachabilityFence(attributes);
      }
    }
  }

  private static Fd load(Kernel kernel, byte[] instructions) throws ErrnoException {
    ByteBuffer code = direct(instructions.length);
    code.put(instructions).rewind();
    // It calls no helper that only programs under the GPL may call, so any licence will do.
    byte[] text = "Apache-2.0\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer licence = direct(text.length);
    licence.put(text).rewind();
    ByteBuffer attributes = direct(LOAD_SIZE);
    attributes.putInt(BPF_PROG_TYPE_CGROUP_DEVICE).putInt(instructions.length / INSTRUCTION_SIZE);
    attributes.putLong(kernel.address(code)).putLong(kernel.address(licence)).rewind();
    try {
      return kernel.owned(
          kernel.call(
              Syscall.BPF,
              "load a device program",
              BPF_PROG_LOAD,
              kernel.address(attributes),
              LOAD_SIZE));
    } finally {
      Reference.reachabilityFence(code);
      Reference.reachabilityFence(licence);
      Reference.reachabilityFence(attributes);
    }
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
