package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.linux.Arch;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.MemoryFile;
import jbuild.linux.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that try to get hold of the host's java binary through /proc/self/exe (CVE-2019-5736).
 *
 * <p>The image brings its own dynamic loader, a canary: whenever a dynamic program such as java
 * runs in the sandbox, the canary runs with that program as its /proc/self/exe, leaves the name of
 * that in {@code /canary} and ends with 42.
 */
final class ExecutableAttackRootTest {
  private static final int CANARY_EXIT = 42;
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /** Position independent x86-64 code. */
  private static final String CANARY_CODE =
      "4881ec00100000" // sub rsp, 4096
          + "b859000000488d3d460000004889e6ba000f00000f0549" // readlink("/proc/self/exe", stack,
          // 3840); r13 = length
          + "89c5b801010000bf9cffffff488d3537000000ba4100000041baa40100000f05" // openat(AT_FDCWD,
          // "/canary",
          // O_WRONLY|O_CREAT,
          // 0644)
          + "89c74889e64c89eab8010000000f05" // write(the file, stack, r13)
          + "bf2a000000b8e70000000f05" // exit_group(42)
          + "2f70726f632f73656c662f657865002f63616e61727900"; // the two names

  @TempDir Path directory;
  private TestBox box;

  @BeforeEach
  void setUp() throws IOException {
    RootOnly.check();
    RootOnly.skipUnless(Arch.host() == Arch.X86_64, "its attackers are made of x86-64 code");
    box = new TestBox(directory);
    program("lib64/ld-linux-x86-64.so.2", canary());
  }

  @AfterEach
  void tearDown() {
    if (box != null) {
      box.close();
    }
  }

  @Test
  void the_canary_sings_when_java_runs() throws IOException {
    program("bin/java", Files.readAllBytes(JAVA));
    TestBox.Result result = run("/bin/java");
    assertEquals(new ExitStatus.Exited(CANARY_EXIT), result.status());
    assertEquals("/bin/java", Files.readString(result.upper().resolve("canary")));
  }

  @Test
  void a_link_to_the_own_executable_gives_the_trampoline_only() throws IOException {
    Files.createSymbolicLink(box.image().resolve("bin/pwn"), Path.of("/proc/self/exe"));
    assertHarmless(run("/bin/pwn"));
    assertHarmless(run("pwn", "", "pwn", "", "/proc/self/exe"));
  }

  @Test
  void the_own_executable_as_program_gives_the_trampoline_only() throws IOException {
    assertHarmless(run("/proc/self/exe"));
    assertHarmless(run("/proc/1/exe", "", "x"));
  }

  @Test
  void the_own_executable_as_script_interpreter_gives_the_trampoline_only() throws IOException {
    program("bin/script", "#!/proc/self/exe -version\n".getBytes(StandardCharsets.US_ASCII));
    assertHarmless(run("/bin/script"));
  }

  @Test
  void the_own_executable_as_elf_interpreter_gives_the_trampoline_only() throws IOException {
    program("bin/elf", elfWithInterpreter("/proc/self/exe"));
    assertHarmless(run("/bin/elf"));
  }

  @Test
  void descriptors_do_not_lead_to_the_host_either() throws IOException {
    for (int number = 3; number < 12; number++) {
      ExitStatus status = run("/proc/self/fd/" + number).status();
      assertFalse(status.isSuccess());
      assertFalse(
          status.equals(new ExitStatus.Exited(CANARY_EXIT)), "descriptor " + number + " was there");
    }
  }

  @Test
  void inside_no_process_is_an_executable_of_the_jvm() throws IOException {
    String output = box.shell("readlink /proc/self/exe /proc/1/exe; readlink /proc/1/exe").output();
    assertTrue(output.contains("/bin/busybox"), output);
    assertFalse(output.contains(JAVA.toRealPath().getParent().toString()), output);
    String written = box.shell("exec 3>/proc/1/exe && echo open for writing; true").output();
    assertFalse(written.contains("open for writing"), written);
  }

  @Test
  void nobody_can_write_to_the_trampoline() throws IOException {
    try (Fd file = MemoryFile.sealedExecutable(box.syscalls, "t", Trampoline.image(Arch.host()))) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(1);
      ErrnoException refused =
          assertThrows(ErrnoException.class, () -> box.syscalls.pwrite(file, bytes, 0));
      assertEquals(Errno.EPERM, refused.errno());
      ByteString again = ByteString.of("/proc/self/fd/" + file.number());
      try (Fd writable = box.syscalls.openat(Fd.CWD, again, OpenFlags.RDWR, 0)) {
        refused = assertThrows(ErrnoException.class, () -> box.syscalls.pwrite(writable, bytes, 0));
        assertEquals(Errno.EPERM, refused.errno());
      }
    }
  }

  /** The trampoline, started by the image, ends with 127; nothing else has run. */
  private static void assertHarmless(TestBox.Result result) {
    assertEquals(127, result.status().shellCode(), result.toString());
    assertFalse(Files.exists(result.upper().resolve("canary")), "the host's java has run");
  }

  private TestBox.Result run(String... argv) throws IOException {
    return box.run(List.of(argv), builder -> builder);
  }

  private void program(String name, byte[] content) throws IOException {
    Path file = box.image().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static byte[] canary() {
    return elf(new byte[0], HexFormat.of().parseHex(CANARY_CODE));
  }

  private static byte[] elfWithInterpreter(String interpreter) {
    byte[] name = (interpreter + "\0").getBytes(StandardCharsets.US_ASCII);
    return elf(name, new byte[] {(byte) 0xf4});
  }

  /** A position independent ELF file of one segment, with PT_INTERP if a name is given; elf(5). */
  private static byte[] elf(byte[] interpreter, byte[] code) {
    int headers = interpreter.length > 0 ? 2 : 1;
    int nameAt = 64 + headers * 56;
    int codeAt = nameAt + interpreter.length;
    int size = codeAt + code.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 3).putShort((short) 62).putInt(1);
    file.putLong(codeAt).putLong(64).putLong(0).putInt(0);
    file.putShort((short) 64).putShort((short) 56).putShort((short) headers);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    if (interpreter.length > 0) {
      header(file, 3, 4, nameAt, interpreter.length, 1);
    }
    header(file, 1, 5, 0, size, 0x1000);
    return file.put(interpreter).put(code).array();
  }

  private static void header(ByteBuffer to, int type, int flags, long at, long size, long align) {
    to.putInt(type).putInt(flags).putLong(at).putLong(at).putLong(at);
    to.putLong(size).putLong(size).putLong(align);
  }
}
