package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;

/** Real children; none of these programs needs root. */
class ProgramRunnerTest {
  private static final int PR_SET_PDEATHSIG = 1;

  private final Syscalls syscalls = Syscalls.load();
  private final ProgramRunner runner = new ProgramRunner(syscalls);
  private final SyscallProgram program = new SyscallProgram();

  @Test
  void exit_status_is_the_programs() throws IOException {
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(42));
    assertEquals(42 << 8, run(program));
  }

  @Test
  void execs_a_program_with_arguments_and_environment() throws IOException {
    try (Syscalls.Pipe pipe = syscalls.pipe2(0)) {
      program.call("stdout", Syscall.DUP3, Arg.fd(pipe.writeEnd()), Arg.number(1), Arg.NONE);
      program.call(
          "exec",
          Syscall.EXECVE,
          Arg.string("/bin/sh"),
          Arg.strings(strings("sh", "-c", "echo $A-$1", "sh", "b")),
          Arg.strings(strings("A=a")));
      assertEquals(0, run(program));
      assertEquals("a-b\n", text(read(pipe)));
    }
  }

  @Test
  void failing_call_names_its_step_and_errno_whichever_it_is() throws IOException {
    for (int failing = 0; failing < 20; failing++) {
      SyscallProgram twenty = new SyscallProgram();
      for (int i = 0; i < 20; i++) {
        String directory = i == failing ? "/no/such/directory" : "/";
        twenty.call("chdir " + i, Syscall.CHDIR, Arg.string(directory));
      }
      ProgramFailedException failure =
          assertThrows(ProgramFailedException.class, () -> runner.start(twenty, 0, null));
      assertEquals("chdir " + failing, failure.step());
      assertEquals(Errno.ENOENT, failure.errno());
      assertEquals(
          "chdir " + failing + ": ENOENT (no such file or directory)", failure.getMessage());
    }
  }

  @Test
  void tolerated_errno_is_compared_exactly() throws IOException {
    program.callTolerating("enter", Errno.ENOENT, Syscall.CHDIR, Arg.string("/no/such"));
    program.callTolerating("close", Errno.EBADF, Syscall.CLOSE, Arg.number(-1));
    program.callTolerating("enter a file", Errno.ENOENT, Syscall.CHDIR, Arg.string("/proc/stat"));
    ProgramFailedException failure =
        assertThrows(ProgramFailedException.class, () -> runner.start(program, 0, null));
    assertEquals("enter a file: ENOTDIR (not a directory)", failure.getMessage());
  }

  @Test
  void any_error_can_be_ignored() throws IOException {
    program.callIgnoringErrors("enter", Syscall.CHDIR, Arg.string("/no/such"));
    program.callIgnoringErrors("close", Syscall.CLOSE, Arg.number(-1));
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(0));
    assertEquals(0, run(program));
  }

  @Test
  void result_of_a_call_feeds_any_number_of_later_calls_and_structures() throws IOException {
    try (Syscalls.Pipe pipe = syscalls.pipe2(0)) {
      Arg out = Arg.fd(pipe.writeEnd());
      Arg.Slot pid = program.call("pid", Syscall.GETPID);
      Arg.Slot parent = program.call("parent", Syscall.GETPPID);
      for (int i = 0; i < 3; i++) {
        program.call("write", Syscall.WRITE, out, Arg.cells(pid, parent, pid), Arg.number(24));
      }
      program.call("pid is mine", Syscall.KILL, pid, Arg.NONE);
      program.call("exit with pid", Syscall.EXIT_GROUP, pid);
      int child;
      try (ChildProcess process = runner.start(program, 0, null)) {
        child = process.pid();
        assertEquals((child & 0xff) << 8, process.waitFor());
      }
      ByteBuffer cells = ByteBuffer.wrap(read(pipe)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(9 * 8, cells.remaining());
      while (cells.hasRemaining()) {
        assertEquals(child, cells.getLong());
        assertEquals(syscalls.getpid(), cells.getLong());
        assertEquals(child, cells.getLong());
      }
    }
  }

  @Test
  void same_program_can_be_started_again() throws IOException {
    Arg.Slot pid = program.call("pid", Syscall.GETPID);
    program.call("exit", Syscall.EXIT_GROUP, pid);
    for (int i = 0; i < 3; i++) {
      try (ChildProcess child = runner.start(program, 0, null)) {
        assertEquals((child.pid() & 0xff) << 8, child.waitFor());
      }
    }
  }

  @Test
  void program_without_an_end_fails_instead_of_running_on() {
    program.call("pid", Syscall.GETPID);
    ProgramFailedException failure =
        assertThrows(ProgramFailedException.class, () -> runner.start(program, 0, null));
    assertEquals("end of the program: ENOSYS (function not implemented)", failure.getMessage());
  }

  @Test
  void two_hundred_starts_leave_no_descriptor_and_no_child() throws IOException {
    SyscallProgram good = new SyscallProgram();
    good.call("exit", Syscall.EXIT_GROUP, Arg.number(0));
    SyscallProgram bad = new SyscallProgram();
    bad.call("close", Syscall.CLOSE, Arg.number(-1));
    run(good);
    int before = openDescriptors();
    for (int i = 0; i < 100; i++) {
      run(good);
      assertThrows(ProgramFailedException.class, () -> runner.start(bad, 0, null));
    }
    assertEquals(before, openDescriptors());
    assertEquals(
        List.of(), ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList());
  }

  @Test
  void close_kills_and_reaps_a_child_nobody_waited_for() throws IOException {
    ChildProcess child = runner.start(sleeping(), 0, null);
    child.close();
    assertThrows(ErrnoException.class, () -> syscalls.kill(child.pid(), 0));
    assertEquals(-1, child.pidfd().number());
  }

  @Test
  void signal_ends_a_child_and_is_harmless_afterwards() throws IOException {
    try (ChildProcess child = runner.start(sleeping(), 0, null)) {
      child.signal(Signals.SIGTERM);
      assertEquals(Signals.SIGTERM, child.waitFor());
      child.signal(Signals.SIGTERM);
      assertEquals(Signals.SIGTERM, child.waitFor());
    }
  }

  @Test
  void waiting_belongs_to_the_starting_thread() throws Exception {
    try (ChildProcess child = runner.start(sleeping(), 0, null)) {
      var executor = Executors.newSingleThreadExecutor();
      var waiting = executor.submit(child::waitFor);
      var failure =
          assertThrows(
              java.util.concurrent.ExecutionException.class,
              () -> waiting.get(10, TimeUnit.SECONDS));
      assertTrue(failure.getCause() instanceof IllegalStateException);
      executor.shutdown();
    }
  }

  @Test
  void child_that_asks_for_it_dies_with_the_thread_that_started_it() throws Exception {
    SyscallProgram program = new SyscallProgram();
    program.call("die with parent", Syscall.PRCTL, Arg.number(PR_SET_PDEATHSIG), Arg.number(9));
    addSleep(program);
    ChildProcess[] child = new ChildProcess[1];
    Thread starter =
        new Thread(
            () -> {
              try {
                child[0] = runner.start(program, 0, null);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    starter.start();
    starter.join();
    assertEquals(Signals.SIGKILL, syscalls.wait4(child[0].pid()));
    child[0].close();
  }

  @Test
  void new_user_namespace_is_given_by_flag() throws IOException {
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(0));
    try (ChildProcess child = runner.start(program, CloneFlags.NEWUSER, null)) {
      assertEquals(0, child.waitFor());
    } catch (ErrnoException e) {
      System.err.println("skipped: user namespaces are switched off here: " + e.getMessage());
    }
  }

  @Test
  void refused_clone_is_an_errno() {
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(0));
    ErrnoException failure =
        assertThrows(ErrnoException.class, () -> runner.start(program, 0, Fd.borrowed(999_999)));
    assertEquals("clone3 a child: EBADF (bad file descriptor)", failure.getMessage());
  }

  @Test
  void many_threads_start_children_while_the_heap_is_collected() throws Exception {
    var executor = Executors.newFixedThreadPool(4);
    var tasks = new java.util.ArrayList<java.util.concurrent.Future<?>>();
    for (int t = 0; t < 4; t++) {
      int code = t + 1;
      tasks.add(
          executor.submit(
              () -> {
                for (int i = 0; i < 50; i++) {
                  SyscallProgram mine = new SyscallProgram();
                  mine.call("enter", Syscall.CHDIR, Arg.string("/proc/self"));
                  mine.call("exit", Syscall.EXIT_GROUP, Arg.number(code));
                  assertEquals(code << 8, run(mine));
                }
                return null;
              }));
    }
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    for (var task : tasks) {
      task.get(60, TimeUnit.SECONDS);
    }
    executor.shutdown();
  }

  @Test
  void sealed_memory_file_can_be_executed_and_not_changed() throws IOException {
    byte[] content = java.nio.file.Files.readAllBytes(java.nio.file.Path.of("/bin/true"));
    try (Fd file = MemoryFile.sealedExecutable(syscalls, "true", content)) {
      assertThrows(
          ErrnoException.class, () -> syscalls.pwrite(file, ByteBuffer.allocateDirect(1), 0));
      assertThrows(ErrnoException.class, () -> syscalls.ftruncate(file, 0));
      program.call(
          "exec",
          Syscall.EXECVEAT,
          Arg.fd(file),
          Arg.string(""),
          Arg.strings(strings("true")),
          Arg.strings(List.of()),
          Arg.number(AtFlags.EMPTY_PATH));
      assertEquals(0, run(program));
    }
  }

  @Test
  void program_describes_itself_a_line_a_call() {
    Arg.Slot context = program.call("open proc", Syscall.FSOPEN, Arg.string("proc"), Arg.number(1));
    program.callTolerating("drop it", Errno.EBADF, Syscall.CLOSE, context);
    program.callIgnoringErrors(
        "load", Syscall.SECCOMP, Arg.number(1), Arg.NONE, Arg.cells(Arg.bytes(new byte[16])));
    assertEquals(
        List.of(
            "r0 = fsopen(\"proc\", 1): open proc",
            "r1 = close(r0) or EBADF: drop it",
            "r2 = seccomp(1, 0, [16 bytes]) or any error: load"),
        program.describe());
  }

  @Test
  void result_of_another_program_is_refused() {
    Arg.Slot foreign = new SyscallProgram().call("pid", Syscall.GETPID);
    program.call("pid", Syscall.GETPID);
    assertThrows(
        IllegalArgumentException.class, () -> program.call("close", Syscall.CLOSE, foreign));
    assertThrows(
        IllegalArgumentException.class,
        () -> program.call("close", Syscall.CLOSE, Arg.cells(Arg.NONE, foreign)));
  }

  private int run(SyscallProgram program) throws IOException {
    try (ChildProcess child = runner.start(program, 0, null)) {
      return child.waitFor();
    }
  }

  private SyscallProgram sleeping() {
    SyscallProgram sleep = new SyscallProgram();
    addSleep(sleep);
    return sleep;
  }

  private static void addSleep(SyscallProgram program) {
    program.call(
        "unblock",
        Syscall.RT_SIGPROCMASK,
        Arg.number(2),
        Arg.bytes(new byte[8]),
        Arg.NONE,
        Arg.number(8));
    program.call(
        "exec",
        Syscall.EXECVE,
        Arg.string("/bin/sleep"),
        Arg.strings(strings("sleep", "1000")),
        Arg.strings(List.of()));
  }

  private byte[] read(Syscalls.Pipe pipe) throws IOException {
    pipe.writeEnd().close();
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    while (syscalls.read(pipe.readEnd(), buffer) > 0) {}
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return ByteString.of(bytes).toString().replace("\\012", "\n");
  }

  private static List<ByteString> strings(String... texts) {
    return java.util.Arrays.stream(texts).map(ByteString::of).toList();
  }

  private static int openDescriptors() {
    return new File("/proc/self/fd").list().length;
  }
}
