package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Arch;
import jbuild.linux.CloneFlags;
import jbuild.linux.Fd;
import org.junit.jupiter.api.Test;

/** The exact calls, without root: nothing here is run. */
final class SandboxProgramTest {
  private static final HostFacts HOST = new HostFacts(40, new CapabilitySet(-1L), 0, 0, 0);
  private static final MountOp HOSTS =
      new MountOp.HostBind(Path.of("/data/hosts"), BytePath.parse("/etc/hosts"), true, false);

  @Test
  void a_run_step() throws IOException {
    RootOnly.skipUnless(Arch.host() == Arch.X86_64, "O_DIRECTORY has another number here");
    assertEquals(expected("run-step.txt"), describe(OverlayMode.BY_DESCRIPTOR, b -> b));
  }

  @Test
  void layers_by_name() throws IOException {
    List<String> all = describe(OverlayMode.BY_PATH, b -> b);
    int from = indexOf(all, "open file system tmpfs");
    int to = indexOf(all, "go to the root");
    assertEquals(expected("layers-by-name.txt"), all.subList(from, to + 1));
  }

  @Test
  void another_user_gets_groups_and_loses_capabilities_last() {
    List<String> all =
        describe(
            OverlayMode.BY_DESCRIPTOR,
            b -> b.user(1000, 100, 5).noNewPrivileges(true).seccomp(new byte[16]));
    int from = indexOf(all, "set no_new_privs");
    assertEquals(
        List.of(
            "prctl(38, 1, 0, 0, 0): set no_new_privs",
            "seccomp(1, 0, [2, 16 bytes]): install the seccomp filter",
            "setgroups(1, 4 bytes): set the groups",
            "setresgid(100, 100, 100): set the group",
            "setresuid(0x3e8, 0x3e8, 0x3e8): set the user",
            "capset(8 bytes, 24 bytes): set the capabilities",
            "prctl(1, 9, 0, 0, 0): die with the parent",
            "write(3, 1 bytes, 1): check that the parent lives"),
        all.subList(from, from + 8).stream().map(SandboxProgramTest::withoutResult).toList());
  }

  @Test
  void ignored_signals_are_reset() {
    HostFacts nohup = new HostFacts(40, new CapabilitySet(-1L), 1L << 12 | 1, 0, 0);
    SandboxSpec spec = spec(OverlayMode.BY_DESCRIPTOR, b -> b);
    List<String> all = SandboxProgram.of(spec, parts(nohup)).describe();
    assertTrue(all.get(4).endsWith("rt_sigaction(1, 32 bytes, 0, 8): stop ignoring signal 1"));
    assertTrue(all.get(5).endsWith("rt_sigaction(13, 32 bytes, 0, 8): stop ignoring signal 13"));
  }

  @Test
  void capabilities_that_the_host_lacks_are_dropped_as_well() {
    HostFacts poor = new HostFacts(40, CapabilitySet.of(CapabilitySet.CHOWN), 0, 0, 0);
    SandboxSpec spec = spec(OverlayMode.BY_DESCRIPTOR, b -> b);
    long drops =
        SandboxProgram.of(spec, parts(poor)).describe().stream()
            .filter(line -> line.contains("drop capability"))
            .count();
    assertEquals(40, drops);
  }

  @Test
  void control_groups_of_version_1_are_joined_before_their_namespace() {
    SandboxProgram.Parts parts =
        new SandboxProgram.Parts(
            List.of(Fd.borrowed(20)),
            binds(),
            new IdentityHashMap<>(),
            List.of(Path.of("/sys/fs/cgroup/pids/x/cgroup.procs")),
            Fd.borrowed(30),
            Fd.borrowed(31),
            Fd.borrowed(32),
            HOST);
    List<String> all = SandboxProgram.of(spec(OverlayMode.BY_DESCRIPTOR, b -> b), parts).describe();
    int open = indexOf(all, "open /sys/fs/cgroup/pids/x/cgroup.procs");
    assertTrue(all.get(open + 1).contains("write(r" + open + ", \"0\", 1)"), all.get(open + 1));
    assertTrue(all.get(open + 2).contains("unshare(0x2000000)"), all.get(open + 2));
  }

  @Test
  void in_the_hosts_network_abstract_sockets_are_kept_apart_before_rights_are_dropped() {
    HostFacts able = new HostFacts(40, new CapabilitySet(-1L), 0, 6, 0);
    List<String> all =
        SandboxProgram.of(
                spec(OverlayMode.BY_DESCRIPTOR, b -> b.network(NetworkMode.HOST)), parts(able))
            .describe();
    int made = indexOf(all, "make a rule for abstract sockets");
    assertTrue(all.get(made).contains("landlock_create_ruleset([0, 0, 1], 24, 0)"), all.get(made));
    assertTrue(all.get(made + 1).contains("landlock_restrict_self(r" + made + ", 0)"));
    assertTrue(made < indexOf(all, "drop capability 2"));
    List<String> own =
        SandboxProgram.of(spec(OverlayMode.BY_DESCRIPTOR, b -> b), parts(able)).describe();
    assertTrue(own.stream().noneMatch(call -> call.contains("landlock")), own.toString());
    HostFacts unable = new HostFacts(40, new CapabilitySet(-1L), 0, 5, 0);
    List<String> old =
        SandboxProgram.of(
                spec(OverlayMode.BY_DESCRIPTOR, b -> b.network(NetworkMode.HOST)), parts(unable))
            .describe();
    assertTrue(old.stream().noneMatch(call -> call.contains("landlock")), old.toString());
  }

  @Test
  void how_often_processors_got_hot_is_masked_for_each_of_them() {
    HostFacts two = new HostFacts(40, new CapabilitySet(-1L), 0, 0, 2);
    List<String> all =
        SandboxProgram.of(spec(OverlayMode.BY_DESCRIPTOR, b -> b), parts(two)).describe();
    int first = indexOf(all, "mask /sys/devices/system/cpu/cpu0/thermal_throttle");
    assertTrue(all.get(first + 1).endsWith("mask /sys/devices/system/cpu/cpu1/thermal_throttle"));
    assertTrue(all.get(first + 2).endsWith("bind /proc/bus"), all.get(first + 2));
  }

  @Test
  void only_the_network_may_be_the_hosts() {
    long always = CloneFlags.NEWNS | CloneFlags.NEWPID | CloneFlags.NEWUTS | CloneFlags.NEWIPC;
    assertEquals(
        always,
        SandboxProgram.namespaces(spec(OverlayMode.BY_PATH, b -> b.network(NetworkMode.HOST))));
    assertEquals(
        always | CloneFlags.NEWNET, SandboxProgram.namespaces(spec(OverlayMode.BY_PATH, b -> b)));
  }

  private static List<String> describe(
      OverlayMode mode, UnaryOperator<SandboxSpec.Builder> change) {
    return SandboxProgram.of(spec(mode, change), parts(HOST)).describe();
  }

  private static SandboxSpec spec(OverlayMode mode, UnaryOperator<SandboxSpec.Builder> change) {
    RootFilesystem root =
        new RootFilesystem.Overlay(
            List.of(Fd.borrowed(20), Fd.borrowed(21)),
            Path.of("/data/upper"),
            Path.of("/data/work"),
            mode,
            true);
    return change
        .apply(
            SandboxSpec.builder(root, texts("/bin/sh", "-c", "make"))
                .env(texts("PATH=/bin"))
                .cwd(BytePath.parse("/src"))
                .hostname(ByteString.of("box"))
                .network(NetworkMode.NONE)
                .mounts(List.of(HOSTS, new MountOp.Tmpfs(BytePath.parse("/dev/shm"), 4096, 01777)))
                .stdio(new Stdio(Fd.borrowed(40), Fd.borrowed(41), Fd.borrowed(41)))
                .seccomp(new byte[8]))
        .build();
  }

  private static IdentityHashMap<MountOp, Fd> binds() {
    IdentityHashMap<MountOp, Fd> binds = new IdentityHashMap<>();
    binds.put(HOSTS, Fd.borrowed(22));
    return binds;
  }

  private static SandboxProgram.Parts parts(HostFacts host) {
    return new SandboxProgram.Parts(
        List.of(Fd.borrowed(20), Fd.borrowed(21)),
        binds(),
        new IdentityHashMap<>(),
        List.of(),
        Fd.borrowed(30),
        Fd.borrowed(31),
        Fd.borrowed(32),
        host);
  }

  private static int indexOf(List<String> lines, String step) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).endsWith(": " + step)) {
        return i;
      }
    }
    throw new AssertionError("no step " + step + " in " + lines);
  }

  private static String withoutResult(String line) {
    return line.substring(line.indexOf("= ") + 2);
  }

  private static List<ByteString> texts(String... texts) {
    return List.of(texts).stream().map(ByteString::of).toList();
  }

  private static List<String> expected(String resource) throws IOException {
    try (InputStream in = SandboxProgramTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
