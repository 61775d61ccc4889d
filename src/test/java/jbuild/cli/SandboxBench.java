package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.KernelTreeRemover;
import jbuild.linux.Arch;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.ProgramRunner;
import jbuild.linux.Syscalls;
import jbuild.sandbox.CapabilitySet;
import jbuild.sandbox.ExitStatus;
import jbuild.sandbox.NetworkMode;
import jbuild.sandbox.OverlayMode;
import jbuild.sandbox.RootFilesystem;
import jbuild.sandbox.Sandbox;
import jbuild.sandbox.SandboxProcess;
import jbuild.sandbox.SandboxSpec;
import jbuild.sandbox.Stdio;
import jbuild.seccomp.Architecture;
import jbuild.seccomp.SeccompProfile;

/**
 * The part of {@code src/bench/sandbox.sh} that runs in one JVM: for each line of standard input
 * something is done, and how long it took is printed, in nanoseconds.
 *
 * <ul>
 *   <li>{@code sandbox}: a sandbox around {@code /bin/true}, from the upper directory to the
 *       removed one;
 *   <li>{@code run}: the whole command {@code run --rm --network none}, without the start of a JVM.
 * </ul>
 */
final class SandboxBench {
  private static final String WRITTEN = "written";

  private final Path place;
  private final Path root;
  private final Syscalls syscalls = Syscalls.load();
  private final Sandbox sandbox;
  private final byte[] filter;
  private final Console console;
  private int count;

  private SandboxBench(Path place, Path root) throws IOException {
    this.place = place;
    this.root = root;
    this.sandbox =
        new Sandbox(syscalls, new ProgramRunner(syscalls), CgroupHierarchy.detect(Path.of("/")));
    Architecture here = syscalls.arch() == Arch.X86_64 ? Architecture.X86_64 : Architecture.AARCH64;
    this.filter = SeccompProfile.docker(here, CapabilitySet.DOCKER.bits()).compile();
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    this.console =
        new Console(nowhere, System.err, Map.of("JBUILD_ROOT", place.resolve("root").toString()));
  }

  /** Arguments: a directory to work in, and one that is the root file system. */
  public static void main(String[] arguments) throws Exception {
    SandboxBench bench = new SandboxBench(Path.of(arguments[0]), Path.of(arguments[1]));
    bench.command("import", "-t", "bench", bench.root.toString());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      long begin = System.nanoTime();
      if (line.equals("run")) {
        bench.command("run", "--rm", "--network", "none", "bench", "/bin/true");
      } else {
        bench.sandbox();
      }
      System.out.println(System.nanoTime() - begin);
      System.out.flush();
      bench.tidyUp();
    }
  }

  private void command(String... arguments) {
    int code = new Cli(console).run(arguments);
    console.flush();
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + ": exit code " + code);
    }
  }

  private void sandbox() throws IOException {
    count++;
    Path directory = Files.createDirectory(place.resolve(WRITTEN));
    Path upper = Files.createDirectory(directory.resolve("u"));
    Path work = Files.createDirectory(directory.resolve("w"));
    try (Fd lower = open(root, OpenFlags.PATH | OpenFlags.DIRECTORY);
        Fd in = open(Path.of("/dev/null"), OpenFlags.RDONLY)) {
      SandboxSpec spec =
          SandboxSpec.builder(
                  new RootFilesystem.Overlay(
                      List.of(lower), upper, work, OverlayMode.BY_DESCRIPTOR, true),
                  ByteString.listOf(List.of("/bin/true")))
              .cwd(BytePath.ROOT)
              .hostname(ByteString.of("bench"))
              .network(NetworkMode.NONE)
              .stdio(new Stdio(in, Fd.borrowed(2), Fd.borrowed(2)))
              .seccomp(filter)
              .name("bench" + count)
              .build();
      try (SandboxProcess process = sandbox.start(spec)) {
        ExitStatus status = process.waitFor();
        if (!status.isSuccess()) {
          throw new IllegalStateException("/bin/true " + status.inWords());
        }
      }
    }
  }

  /** Not measured: what was written goes to the trash, which is emptied while others work. */
  private void tidyUp() throws IOException {
    if (Files.exists(place.resolve(WRITTEN))) {
      new KernelTreeRemover(syscalls).remove(place.resolve(WRITTEN));
    }
  }

  private Fd open(Path path, int flags) throws IOException {
    return syscalls.openat(Fd.CWD, ByteString.of(path.toString()), flags | OpenFlags.CLOEXEC, 0);
  }
}
