package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;

class RecordingSyscallsTest {
  private final RecordingSyscalls recorder = new RecordingSyscalls();
  private final Syscalls syscalls = recorder.syscalls();
  private final SyscallProgram program = new SyscallProgram();

  @Test
  void calls_results_and_closes_are_written_down() throws IOException {
    try (Fd file = syscalls.openat(Fd.CWD, ByteString.of("x"), OpenFlags.CREAT, 0600)) {
      syscalls.write(file, ByteBuffer.allocate(3));
      assertEquals(1, recorder.openDescriptors());
    }
    assertEquals(
        List.of(
            "openat(AT_FDCWD, x, 64, 0x180) = fd 100", "write(fd 100, 3 bytes)", "close(fd 100)"),
        recorder.calls());
    assertEquals(0, recorder.openDescriptors());
  }

  @Test
  void failures_are_made_to_order() {
    recorder.fail("mount", Errno.EPERM);
    ErrnoException failure =
        assertThrows(
            ErrnoException.class,
            () -> syscalls.mount(null, ByteString.of("/m"), "tmpfs", 0, null));
    assertEquals("mount: EPERM (operation not permitted)", failure.getMessage());
  }

  @Test
  void programs_are_kept_and_seem_to_succeed() throws IOException {
    program.call("exit", Syscall.EXIT_GROUP, Arg.NONE);
    try (ChildProcess child = new ProgramRunner(syscalls).start(program, 0, null)) {
      assertEquals(0, child.waitFor());
    }
    assertSame(program, recorder.programs().get(0));
    assertEquals(0, recorder.openDescriptors());
  }

  @Test
  void failed_program_is_reaped_and_its_step_named() {
    program.call("first", Syscall.GETPID);
    program.call("second", Syscall.SETSID);
    Fd pidfd = Fd.borrowed(5);
    recorder.answer("spawn", new Syscalls.Spawned(7, pidfd, 1, Errno.EPERM));
    ProgramFailedException failure =
        assertThrows(
            ProgramFailedException.class,
            () -> new ProgramRunner(syscalls).start(program, 0, null));
    assertEquals("second: EPERM (operation not permitted)", failure.getMessage());
    assertEquals("second", failure.step());
    assertEquals(Errno.EPERM, failure.errno());
    assertEquals("wait4(7)", recorder.calls().get(recorder.calls().size() - 1));
  }
}
