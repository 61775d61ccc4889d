package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags of RUN, and what a build's options give to RUN steps. */
class RunFlagsIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  private static Result build(List<String> options, String... lines) throws IOException {
    session.file("Buildfile", lines);
    List<String> arguments = new ArrayList<>(List.of("build", "-t", "x"));
    arguments.addAll(options);
    arguments.add(session.context().toString());
    return session.jbuild(arguments.toArray(String[]::new));
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  @Test
  void a_step_that_takes_too_long_is_ended_and_the_error_says_so() throws IOException {
    Result failed = build(List.of(), "FROM box", "RUN --timeout=1s echo begun; sleep 1000");
    assertEquals(1, failed.code());
    assertContains("Buildfile:2:1: RUN was ended after 1 s (its --timeout)", failed.err());
    assertContains("  begun\n", failed.err());
    build(List.of(), "FROM box", "RUN --timeout=1h true").succeeds();
  }

  @Test
  void a_time_without_a_unit_is_refused_with_an_example() throws IOException {
    Result failed = build(List.of(), "FROM box", "RUN --timeout=90 true");
    assertContains("Buildfile:2:5: --timeout: not a time: 90 (such as 90s", failed.err());
  }

  @Test
  void the_last_of_several_limits_of_one_name_counts() throws IOException {
    List<String> options = List.of("--ulimit", "nofile=8", "--ulimit", "nofile=9:10");
    Result result = build(options, "FROM box", "RUN ulimit -Sn; ulimit -Hn");
    assertContains("  9\n  10\n", result.succeeds().err());
  }

  @Test
  void the_default_network_can_be_asked_for_by_name() throws IOException {
    build(List.of("--network=default"), "FROM box", "RUN true").succeeds();
  }

  @Test
  void a_step_can_have_other_limits_than_the_build() throws IOException {
    String fork = "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; echo all";
    assertEquals(1, build(List.of(), "FROM box", "RUN --pids-limit=4 " + fork).code());
    build(List.of("--pids-limit", "4"), "FROM box", "RUN --pids-limit=-1 " + fork).succeeds();
    Result failed =
        build(
            List.of(),
            "FROM box",
            "RUN --memory=16m busybox dd if=/dev/zero of=/dev/shm/x bs=1M count=60");
    assertContains("ran out of memory: the limit is 16 MiB", failed.err());
    Result little = build(List.of(), "FROM box", "RUN --cpus=0.001 true");
    assertContains("0.01 processors are the least", little.err());
    Result least = build(List.of("--cpus", "0.0000001"), "FROM box", "RUN true");
    assertContains("0.01 processors are the least", least.err());
  }

  @Test
  void a_step_without_cache_is_executed_and_so_is_what_depends_on_its_result() throws IOException {
    String[] lines = {
      "FROM box",
      "RUN --no-cache echo executed; cat /proc/sys/kernel/random/uuid > /id",
      "RUN cat /id"
    };
    build(List.of(), lines).succeeds();
    List<String> again = build(List.of(), lines).succeeds().err().lines().toList();
    assertTrue(again.contains("  executed"), again.toString());
    assertFalse(
        again.stream().anyMatch(line -> line.contains("RUN cat /id  ") && line.endsWith("cached")));
    build(List.of(), "FROM box", "RUN --no-cache=false echo once").succeeds();
    Result cached = build(List.of(), "FROM box", "RUN --no-cache=false echo once");
    assertFalse(cached.err().contains("  once\n"), cached.err());
  }

  @Test
  void insecure_steps_need_to_be_allowed_and_then_have_all_rights() throws IOException {
    String[] lines = {
      "FROM box",
      "RUN echo early",
      "RUN --security=insecure busybox mkdir /m && busybox mount -t tmpfs none /m && \\",
      "  busybox grep -E 'CapEff|Seccomp:' /proc/self/status; test -b /dev/loop0 && echo loop; \\",
      "  test -w /sys/kernel && echo sys"
    };
    Result refused = build(List.of(), lines);
    assertEquals(1, refused.code());
    assertContains("Buildfile:3:5: RUN --security=insecure is not allowed", refused.err());
    assertFalse(refused.err().contains("early"), refused.err());
    Result allowed = build(List.of("--allow", "security.insecure"), lines).succeeds();
    assertContains("Seccomp:\t0", allowed.err());
    assertContains("  loop\n", allowed.err());
    assertFalse(allowed.err().contains("00000000a80425fb"), allowed.err());
    assertContains(
        "--allow everything: unknown", build(List.of("--allow", "everything"), lines).err());
  }

  @Test
  void hosts_limits_and_shared_memory_are_the_builds() throws IOException {
    List<String> options =
        List.of(
            "--add-host",
            "db:10.0.0.7",
            "--add-host",
            "six=[fd00::1]",
            "--add-host",
            "me:host-gateway",
            "--ulimit",
            "nofile=123:456",
            "--shm-size",
            "1m");
    String[] lines = {
      "FROM box",
      "RUN cat /etc/hosts; ulimit -n; ulimit -Hn; busybox df -k /dev/shm",
      "RUN test ! -s /etc/hosts || true"
    };
    String out = build(options, lines).succeeds().err();
    assertContains("  10.0.0.7\tdb\n  fd00::1\tsix\n  127.0.0.1\tme\n", out);
    assertContains("  123\n  456\n", out);
    assertContains(" 1024 ", out);
  }

  @Test
  void hosts_count_for_the_cache() throws IOException {
    String[] lines = {"FROM box", "RUN cat /etc/hosts"};
    build(List.of("--add-host", "a:1.1.1.1"), lines).succeeds();
    Result same = build(List.of("--add-host", "a:1.1.1.1"), lines).succeeds();
    assertFalse(same.err().contains("1.1.1.1\ta"), same.err());
    Result other = build(List.of("--add-host", "a:2.2.2.2"), lines).succeeds();
    assertContains("2.2.2.2\ta", other.err());
  }

  @Test
  void wrong_options_are_usage_errors() throws IOException {
    for (String[] wrong :
        new String[][] {
          {"--add-host", "name"},
          {"--add-host", "name:1.2.3"},
          {"--add-host", "name:1.2.3.456"},
          {"--add-host", "a b:1.2.3.4"},
          {"--add-host", "a\nb:1.2.3.4"},
          {"--ulimit", "nofile"},
          {"--ulimit", "files=1"},
          {"--ulimit", "nofile=5:4"},
          {"--ulimit", "nofile=x"},
          {"--shm-size", "big"},
          {"--secret", "src=x"},
          {"--secret", "id=a,src=/nowhere/at/all"},
          {"--secret", "id=a,env=NOT_SET_ANYWHERE"},
          {"--secret", "id=a,type=magic"},
          {"--secret", "id=a,what=b"},
          {"--ssh", "default"},
          {"--ssh", "id=/nowhere"},
          {"--ssh", "key=" + session.context().resolve("Buildfile")},
        }) {
      Result result = build(List.of(wrong), "FROM box", "RUN true");
      assertEquals(2, result.code(), String.join(" ", wrong) + ": " + result.err());
    }
  }

  @Test
  void trap_35_a_heredoc_is_one_script_which_errors_do_not_end() throws IOException {
    String out =
        build(List.of(), "FROM box", "RUN <<EOF", "test 1 = 2", "a=b", "echo after $a", "EOF")
            .succeeds()
            .err();
    assertContains("  after b\n", out);
    String script =
        build(List.of(), "FROM box", "RUN <<EOF", "#!/bin/cat", "itself", "EOF").succeeds().err();
    assertContains("  #!/bin/cat\n  itself\n", script);
  }

  @Test
  void trap_36_a_step_ends_with_its_first_process_whatever_still_runs() throws IOException {
    assertContains(
        "  begun\n",
        build(List.of(), "FROM box", "RUN sleep 100000 & echo begun").succeeds().err());
  }

  @Test
  void trap_37_the_entrypoint_is_ignored_and_shell_user_and_directory_apply() throws IOException {
    String out =
        build(
                List.of(),
                "FROM box",
                "ENTRYPOINT [\"/bin/echo\", \"entry\"]",
                "SHELL [\"/bin/sh\", \"-ec\"]",
                "WORKDIR /w",
                "ENV a=b",
                "USER 7:8",
                "RUN busybox pwd; id -u; id -g; echo $a; echo $-")
            .succeeds()
            .err();
    assertContains("  /w\n  7\n  8\n  b\n", out);
    assertFalse(out.contains("  entry"), out);
    assertTrue(out.lines().anyMatch(line -> line.matches("  [a-z]*e[a-z]*")), out);
  }
}
