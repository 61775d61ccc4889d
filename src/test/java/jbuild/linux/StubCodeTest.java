package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine code against its source, and the source's loop on both processors. */
class StubCodeTest {
  private static final Path SOURCES = Path.of("src/main/asm");

  /** Where the harness puts the program's image and the status; any free page-aligned address. */
  private static final long IMAGE = 0x500000;

  private static final long STATUS = 0x600000;

  private static final int O_RDWR = 2;
  private static final int MAP_SHARED_FIXED = 0x11;

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(Arch.class)
  void code_is_its_source_assembled(Arch arch) throws Exception {
    Path object = dir.resolve("stub.o");
    Path binary = dir.resolve("stub.bin");
    run(0, tool(arch, "as"), "-o", object.toString(), source(arch).toString());
    run(0, tool(arch, "objcopy"), "-O", "binary", "-j", ".text", object.toString(), "" + binary);
    assertArrayEquals(Files.readAllBytes(binary), StubCode.of(arch));
  }

  @ParameterizedTest
  @EnumSource(Arch.class)
  void loop_stores_results_in_all_cells_and_goes_on_after_tolerated_errors(Arch arch)
      throws Exception {
    SyscallProgram program = new SyscallProgram();
    Arg.Slot pid = program.call("pid", Syscall.GETPID);
    Arg.Slot missing =
        program.callTolerating("enter", Errno.ENOENT, Syscall.CHDIR, Arg.string("/no/such"));
    program.callIgnoringErrors("close", Syscall.CLOSE, missing);
    Arg cells = Arg.cells(pid, missing, pid, Arg.number(7));
    program.call("write", Syscall.WRITE, Arg.number(1), cells, Arg.number(32));
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(9));
    ByteBuffer out = ByteBuffer.wrap(runLoop(arch, program, 9)).order(ByteOrder.LITTLE_ENDIAN);
    long first = out.getLong();
    assertTrue(first > 0);
    assertEquals(-Errno.ENOENT.number(), out.getLong());
    assertEquals(first, out.getLong());
    assertEquals(7, out.getLong());
  }

  @ParameterizedTest
  @EnumSource(Arch.class)
  void loop_reports_the_first_error_that_is_not_the_tolerated_one(Arch arch) throws Exception {
    Path shared = Files.write(dir.resolve("status"), new byte[4096]);
    SyscallProgram program = new SyscallProgram();
    Arg.Slot file =
        program.call(
            "open",
            Syscall.OPENAT,
            Arg.number(-100),
            Arg.string(shared.toString()),
            Arg.number(O_RDWR));
    program.call(
        "share the status",
        Syscall.MMAP,
        Arg.number(STATUS),
        Arg.number(4096),
        Arg.number(3),
        Arg.number(MAP_SHARED_FIXED),
        file,
        Arg.NONE);
    program.callTolerating(
        "enter a file", Errno.ENOENT, Syscall.CHDIR, Arg.string(shared.toString()));
    program.call("exit", Syscall.EXIT_GROUP, Arg.number(9));
    runLoop(arch, program, 127);
    ByteBuffer status = ByteBuffer.wrap(Files.readAllBytes(shared)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(-Errno.ENOTDIR.number(), status.getLong());
    assertEquals(IMAGE + 2 * ProgramLayout.ENTRY_SIZE, status.getLong());
  }

  /** Runs the loop of the stub's source as a static program; what it printed. */
  private byte[] runLoop(Arch arch, SyscallProgram program, int exitCode) throws Exception {
    ByteBuffer image = ByteBuffer.allocate(ProgramLayout.size(program));
    ProgramLayout.write(program, arch, image, IMAGE);
    Files.write(dir.resolve("image.bin"), image.array());
    String start =
        arch == Arch.X86_64
            ? "mov rbx, %d\n mov r12, %d\n jmp next\n"
            : "ldr x19, =%d\n ldr x20, =%d\n b next\n";
    Path harness = dir.resolve("harness.s");
    Files.writeString(
        harness,
        Files.readString(source(arch))
            + "        .globl _start\n_start:\n"
            + start.formatted(IMAGE, STATUS)
            + "        .section image, \"aw\"\n"
            + "        .incbin \"%s\"\n".formatted(dir.resolve("image.bin"))
            + "        .section status, \"aw\"\n        .zero 4096\n");
    Path object = dir.resolve("harness.o");
    Path executable = dir.resolve("harness");
    run(0, tool(arch, "as"), "-o", object.toString(), harness.toString());
    run(
        0,
        tool(arch, "ld"),
        "--section-start=image=0x" + Long.toHexString(IMAGE),
        "--section-start=status=0x" + Long.toHexString(STATUS),
        "-o",
        executable.toString(),
        object.toString());
    return arch == Arch.host()
        ? run(exitCode, executable.toString())
        : run(exitCode, emulator(arch), executable.toString());
  }

  private static Path source(Arch arch) {
    return SOURCES.resolve(arch == Arch.X86_64 ? "stub-x86_64.s" : "stub-aarch64.s");
  }

  private static String tool(Arch arch, String name) {
    String prefix = arch == Arch.X86_64 ? "x86_64-linux-gnu-" : "aarch64-linux-gnu-";
    return present(prefix + name, "binutils for " + arch);
  }

  private static String emulator(Arch arch) {
    return present(
        arch == Arch.X86_64 ? "qemu-x86_64-static" : "qemu-aarch64-static", "qemu-user-static");
  }

  private static String present(String name, String from) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return name;
      }
    }
    System.err.println("skipped: " + name + " is not installed (" + from + ")");
    return abort(name + " is not installed");
  }

  private byte[] run(int exitCode, String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    Path output = dir.resolve("output");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "hangs: " + words);
    byte[] printed = Files.readAllBytes(output);
    assertEquals(
        exitCode,
        process.exitValue(),
        () -> words + ": " + new String(printed, java.nio.charset.StandardCharsets.UTF_8));
    return printed;
  }
}
