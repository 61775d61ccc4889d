package jbuild.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every row of the table, for real: in RUN, in {@code jbuild run}, beside runc, and in the open.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttackSuiteRootTest {
  /** What does not succeed even in the open on every machine, and why. */
  private static final Map<String, String> QUIET =
      Map.of(
          "leftover", "a test of its own shows it",
          "oom-of-own", "the tests may lack CAP_SYS_RESOURCE themselves",
          "raise-ambient", "nor may what they lack become ambient",
          "leave-group", "root is in no need of it; a test of its own shows it",
          "set-user-id", "the same",
          "node-of-disk", "a virtual machine's host may refuse its disks",
          "node-in-image", "the same");

  /** JUnit would warn of every link in it that leads out. */
  private final Path directory;

  private final List<Row> rows;
  private final Stage stage;
  private final Map<String, Verdict> inBuild;
  private final Map<String, Verdict> inRun;

  AttackSuiteRootTest() throws IOException, InterruptedException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    skipUnless(root, "it needs root");
    skipUnless(Files.isExecutable(Path.of("/bin/busybox")), "it needs /bin/busybox");
    skipUnless(Tool.isInstalled("gcc"), "gcc is not installed");
    skipUnless("amd64".equals(System.getProperty("os.arch")), "the image's loader is of x86-64");
    rows = Row.readAll();
    directory = Files.createTempDirectory("jbuild-attacks");
    stage = new Stage(directory);
    inBuild = new Scenes(stage, rows).play(new JbuildBuild(stage));
    inRun = new Scenes(stage, rows).play(new JbuildRun(stage));
  }

  private static void skipUnless(boolean condition, String why) {
    if (!condition) {
      System.err.println("skipped: " + why);
    }
    assumeTrue(condition, why);
  }

  @AfterAll
  void close() throws IOException, InterruptedException {
    stage.close();
    Tool.run("rm", "-rf", directory.toString()).succeeded();
  }

  @TestFactory
  Stream<DynamicTest> every_attack_in_a_build_ends_as_the_table_says() {
    return rows.stream()
        .filter(row -> !row.builder().contains(Row.NOT_HERE))
        .map(row -> expect(row.name() + " in RUN", row.builder(), inBuild.get(row.name())));
  }

  @TestFactory
  Stream<DynamicTest> every_attack_in_a_container_ends_as_the_table_says() {
    return rows.stream()
        .filter(row -> !row.runner().contains(Row.NOT_HERE))
        .map(row -> expect(row.name() + " in run", row.runner(), inRun.get(row.name())));
  }

  private static DynamicTest expect(String name, List<String> kinds, Verdict verdict) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          if (name.startsWith("abstract-socket ")) {
            int version = Syscalls.load().landlockVersion();
            skipUnless(version >= 6, "abstract sockets are kept apart from Linux 6.12 on");
          }
          assertTrue(kinds.contains(verdict.kind()), () -> name + ": " + verdict);
        });
  }

  @Test
  void every_attack_of_the_probe_has_a_row() throws IOException, InterruptedException {
    Set<String> without = new TreeSet<>(Scenes.namesOfProbe(stage));
    rows.forEach(row -> without.remove(row.name()));
    assertEquals(Set.of(), without);
  }

  @Test
  void what_is_outside_is_as_it_was() throws IOException {
    stage.outside().assertUnchanged();
    // The canary itself: signals that it got, and its memory.
    assertEquals("0 unchanged", stage.outside().asked());
  }

  /** Or a row that nobody can fail would look like protection. */
  @Test
  void in_the_open_the_attacks_succeed() throws IOException, InterruptedException {
    try (Stage open = stage.another()) {
      Map<String, Verdict> verdicts =
          Verdict.parse(new OpenSandbox(open).play(Scenes.everything()));
      open.outside().leftover().ifPresent(ProcessHandle::destroyForcibly);
      List<String> missing = new ArrayList<>();
      List<String> unprovable = new ArrayList<>();
      for (Row row : rows) {
        Verdict verdict = verdicts.get(row.name());
        if (verdict == null || verdict.isEscape() || QUIET.containsKey(row.name())) {
          continue;
        }
        boolean lacks = verdict.kind().equals(Verdict.ABSENT) || verdict.detail().equals("ENOSYS");
        (lacks ? unprovable : missing).add(row.name() + ": " + verdict);
      }
      System.err.println("not on this kernel, so nothing is shown by: " + unprovable);
      assertEquals(List.of(), missing);
    }
  }

  @Test
  void a_process_that_stays_is_seen() throws IOException, InterruptedException {
    try (Stage open = stage.another()) {
      new OpenSandbox(open).play(Attempt.probe(Images.BASE, "leftover"));
      ProcessHandle left = open.outside().leftover().orElseThrow();
      assertTrue(left.destroyForcibly());
    }
  }

  @Test
  void input_typed_into_the_terminal_is_seen() throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "type-into-terminal").by(Attempt.Caller.TERMINAL);
    String output = new OpenSandbox(stage).play(attempt);
    assertTrue(output.contains("terminal: 1 bytes"), output);
  }

  @Test
  void a_file_of_the_caller_that_becomes_a_program_is_seen()
      throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "output-file").by(Attempt.Caller.FILES);
    String output = new OpenSandbox(stage).play(attempt);
    assertEscape("output-file", output);
    assertTrue(output.contains("mode 4755"), output);
  }

  @Test
  void a_naive_chroot_starts_in_the_hosts_directory_and_lends_its_own_program()
      throws IOException, InterruptedException {
    Confinement chroot = new NaiveChroot(stage);
    Attempt start = Attempt.probe(Images.BASE, "all-descriptors").in("/proc/self/fd/7");
    assertEscape("all-descriptors", chroot.play(start));
    for (String program : List.of("/attack/exe-link", "/attack/exe-script")) {
      assertEscape("held-executable", chroot.play(Attempt.probe(Images.BASE).running(program)));
    }
  }

  @Test
  void who_has_no_supplementary_group_leaves_it() throws IOException, InterruptedException {
    Attempt attempt = Attempt.probe(Images.BASE, "leave-group").as("1000:2000");
    assertEscape("leave-group", new NaiveChroot(stage).play(attempt));
  }

  @Test
  void the_links_of_the_images_lead_to_the_canary() throws IOException {
    Path link = stage.images().root(Images.LINKED_PASSWD).resolve("etc/passwd");
    assertTrue(Files.readString(link).contains(stage.outside().token()));
    Path out = stage.images().root(Images.LINKS).resolve("out/link");
    assertTrue(Files.readString(out).contains(stage.outside().token()));
  }

  @Test
  void abstract_sockets_of_ones_own_still_work() throws IOException, InterruptedException {
    String output = new JbuildRun(stage).play(Attempt.probe(Images.BASE, "own-socket"));
    assertEquals(
        new Verdict(Verdict.HARMLESS, "connected"), Verdict.parse(output).get("own-socket"));
  }

  private static void assertEscape(String row, String output) {
    Verdict verdict = Verdict.parse(output).getOrDefault(row, Verdict.NOT_STARTED);
    assertTrue(verdict.isEscape(), verdict + "\n" + output);
  }

  /** Rows where others do better have a reason in the table. */
  @Test
  void no_attack_that_runc_withstands_succeeds_here() throws IOException, InterruptedException {
    skipUnless(Tool.isInstalled("runc"), "runc is not installed");
    Confinement runc = new OciRuntime(stage, "runc");
    String tried = runc.play(Attempt.probe(Images.BASE, "dotdot"));
    skipUnless(!Verdict.parse(tried).isEmpty(), "runc makes no containers here: " + tried.strip());
    Map<String, Verdict> theirs = new Scenes(stage, rows).play(runc);
    List<String> worse = new ArrayList<>();
    for (Row row : rows) {
      Verdict verdict = theirs.get(row.name());
      Verdict ours = inRun.get(row.name());
      if (verdict != null
          && ours != null
          && !verdict.isEscape()
          && ours.isEscape()
          && row.why().isEmpty()) {
        worse.add(row.name() + ": " + ours + ", but in runc " + verdict);
      }
    }
    assertEquals(List.of(), worse);
  }
}
