package jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.ProgramRunner;
import jbuild.linux.Syscalls;

/** An image of nothing but busybox, and sandboxes on it whose output is kept. */
final class TestBox implements AutoCloseable {
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "ls",
          "cat",
          "sleep",
          "true",
          "false",
          "grep",
          "id",
          "hostname",
          "readlink",
          "mount",
          "mkdir",
          "touch",
          "echo",
          "dd",
          "chmod",
          "chown",
          "ps",
          "stat",
          "head",
          "wc",
          "kill",
          "ip",
          "pwd",
          "env",
          "umount",
          "mknod",
          "chroot",
          "sync",
          "test",
          "tail",
          "tr",
          "test");

  private final Path directory;
  private final List<Fd> open = new ArrayList<>();
  private int runs;
  final Syscalls syscalls = Syscalls.load();
  final Sandbox sandbox;
  OverlayMode mode =
      OverlayMode.valueOf(System.getenv().getOrDefault("JBUILD_TEST_OVERLAY", "BY_DESCRIPTOR"));

  TestBox(Path directory) throws IOException {
    this.directory = directory;
    sandbox =
        new Sandbox(syscalls, new ProgramRunner(syscalls), CgroupHierarchy.detect(Path.of("/")));
    for (String name : List.of("bin", "proc", "sys", "dev", "tmp", "etc", "root", "wd")) {
      Files.createDirectories(image().resolve(name));
    }
    Files.copy(Path.of("/bin/busybox"), image().resolve("bin/busybox"));
    for (String applet : APPLETS) {
      Path link = image().resolve("bin").resolve(applet);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("busybox"));
      }
    }
  }

  /** What a sandbox did. */
  record Result(ExitStatus status, String output, Path upper) {}

  Path image() {
    return directory.resolve("image");
  }

  Path file(String name, String content) throws IOException {
    Path file = image().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  Result shell(String script) throws IOException {
    return shell(script, builder -> builder);
  }

  Result shell(String script, UnaryOperator<SandboxSpec.Builder> change) throws IOException {
    return run(List.of("/bin/sh", "-c", script), change);
  }

  Result run(List<String> argv, UnaryOperator<SandboxSpec.Builder> change) throws IOException {
    Path output = directory.resolve("output" + runs);
    Path upper = Files.createDirectories(directory.resolve("upper" + runs));
    try (Started started = start(argv, output, upper, change)) {
      ExitStatus status = started.process.waitFor();
      return new Result(status, Files.readString(output, StandardCharsets.ISO_8859_1), upper);
    }
  }

  Started start(
      List<String> argv, Path output, Path upper, UnaryOperator<SandboxSpec.Builder> change)
      throws IOException {
    Path work = Files.createDirectories(directory.resolve("work" + runs++));
    Fd lower = open(image(), OpenFlags.PATH | OpenFlags.DIRECTORY);
    Fd in = open(Path.of("/dev/null"), OpenFlags.RDONLY);
    Fd out = open(output, OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.TRUNC);
    RootFilesystem root = new RootFilesystem.Overlay(List.of(lower), upper, work, mode, true);
    SandboxSpec.Builder builder =
        SandboxSpec.builder(root, argv.stream().map(ByteString::of).toList())
            .env(List.of(ByteString.of("PATH=/usr/bin:/bin"), ByteString.of("HOME=/root")))
            .stdio(new Stdio(in, out, out))
            .name("test-" + ProcessHandle.current().pid() + "-" + runs);
    try {
      return new Started(sandbox.start(change.apply(builder).build()));
    } finally {
      open.forEach(Fd::close);
      open.clear();
    }
  }

  /** A running one. */
  record Started(SandboxProcess process) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      process.close();
    }
  }

  @Override
  public void close() {
    sandbox.close();
  }

  private Fd open(Path path, int flags) throws IOException {
    Fd fd =
        syscalls.openat(Fd.CWD, ByteString.of(path.toString()), flags | OpenFlags.CLOEXEC, 0600);
    open.add(fd);
    return fd;
  }
}
