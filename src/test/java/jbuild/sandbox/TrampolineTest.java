package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import jbuild.io.ByteString;
import jbuild.linux.Arch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TrampolineTest {
  private static final List<ByteString> NO_ENV = List.of();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void the_bytes_are_what_the_source_assembles_to(Arch arch) throws Exception {
    String tools = arch == Arch.X86_64 ? "x86_64-linux-gnu-" : "aarch64-linux-gnu-";
    Path assembler = Path.of("/usr/bin/" + tools + "as");
    RootOnly.skipUnless(Files.exists(assembler), "it needs " + assembler);
    Path source = Path.of("src/main/asm/trampoline-" + arch.name().toLowerCase(Locale.ROOT) + ".s");
    execute(assembler.toString(), "-o", file("t.o"), source.toString());
    execute(tools + "objcopy", "-O", "binary", "-j", ".text", file("t.o"), file("t"));
    assertArrayEquals(Files.readAllBytes(directory.resolve("t")), Trampoline.image(arch));
  }

  @ParameterizedTest
  @EnumSource
  void the_first_candidate_that_can_be_executed_runs(Arch arch) throws Exception {
    assertEquals(
        new Run(0, "hi  there\n", List.of()),
        run(arch, "/nowhere/echo", "/bin/sh/echo", "/bin/echo", "", "echo", "hi", "", "there"));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_found_is_127_and_reported(Arch arch) throws Exception {
    assertEquals(new Run(127, "", List.of(2, 0)), run(arch, "/nowhere/a", "/bin/sh/a", "", "a"));
  }

  @ParameterizedTest
  @EnumSource
  void the_first_refused_candidate_is_reported(Arch arch) throws Exception {
    assertEquals(
        new Run(126, "", List.of(13, 1)),
        run(arch, "/nowhere", "/etc/passwd", "/etc/group", "/also/nowhere", "", "a"));
  }

  @ParameterizedTest
  @EnumSource
  void any_other_error_ends_the_search(Arch arch) throws Exception {
    Path garbage = Files.write(directory.resolve("garbage"), new byte[] {0x7f, 'E', 'L', 'F'});
    assertEquals(true, garbage.toFile().setExecutable(true));
    assertEquals(
        new Run(126, "", List.of(8, 1)),
        run(arch, "/nowhere", garbage.toString(), "/bin/echo", "", "echo"));
  }

  @ParameterizedTest
  @EnumSource
  void started_by_somebody_else_it_does_nothing(Arch arch) throws Exception {
    assertEquals(new Run(127, "", List.of()), run(arch, "/bin/echo", "a", "b"));
  }

  @Test
  void candidates_come_from_path() {
    assertEquals(
        bytes("/a/x", "/b/x"), Trampoline.candidates(ByteString.of("x"), bytes("PATH=/a:/b")));
    assertEquals(
        bytes("./x", "/b/x", "./x"), Trampoline.candidates(ByteString.of("x"), bytes("PATH=:/b:")));
    assertEquals(6, Trampoline.candidates(ByteString.of("x"), NO_ENV).size());
    assertEquals(bytes("a/x"), Trampoline.candidates(ByteString.of("a/x"), bytes("PATH=/a:/b")));
    assertEquals(List.of(), Trampoline.candidates(ByteString.EMPTY, NO_ENV));
  }

  /** What the trampoline did: {@code report} is errno and index. */
  private record Run(int code, String output, List<Integer> report) {}

  /** Runs the image, under emulation if it is another processor's. */
  private Run run(Arch arch, String... argv) throws Exception {
    Path image = Files.write(directory.resolve("image"), Trampoline.image(arch));
    assertEquals(true, image.toFile().setExecutable(true));
    Path emulator = Path.of("/usr/bin/qemu-aarch64-static");
    boolean native_ = arch == Arch.host();
    RootOnly.skipUnless(
        native_ || (arch == Arch.AARCH64 && Files.exists(emulator)), "it needs " + emulator);
    String start =
        native_
            ? "first=$1; shift; exec -a \"$first\" " + image + " \"$@\" 3>" + file("report")
            : "first=$1; shift; exec "
                + emulator
                + " -0 \"$first\" "
                + image
                + " \"$@\" 3>"
                + file("report");
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c", start, "bash");
    builder.command().addAll(List.of(argv));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    ByteBuffer report =
        ByteBuffer.wrap(Files.readAllBytes(directory.resolve("report")))
            .order(ByteOrder.LITTLE_ENDIAN);
    return new Run(
        code,
        output,
        report.hasRemaining() ? List.of(report.getInt(), report.getInt()) : List.of());
  }

  private static void execute(String... command) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static List<ByteString> bytes(String... texts) {
    return List.of(texts).stream().map(ByteString::of).toList();
  }
}
