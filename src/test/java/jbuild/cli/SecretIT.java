package jbuild.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and agents by the command line; what is left of them. */
class SecretIT {
  private static final String VALUE = "correct-horse-battery-staple";

  @TempDir Path temporary;
  private Session session;
  private Path file;

  @BeforeEach
  void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    file = Files.writeString(temporary.resolve("token"), VALUE + "\n");
    session.set("TOKEN", VALUE);
  }

  private Result build(List<String> options, String... lines) throws IOException {
    return session.jbuild(arguments(options, lines));
  }

  private String[] arguments(List<String> options, String... lines) throws IOException {
    session.file("Buildfile", lines);
    List<String> arguments = new ArrayList<>(List.of("build", "-t", "x"));
    arguments.addAll(options);
    arguments.add(session.context().toString());
    return arguments.toArray(String[]::new);
  }

  private Result withSecret(String... lines) throws IOException {
    return build(List.of("--secret", "id=t,src=" + file), lines);
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  /** Files of the data root that hold the value, raw or in base64, but what is being removed. */
  private List<String> traces() throws IOException {
    List<String> forms = new ArrayList<>(List.of(VALUE));
    for (String before : List.of("", "a", "ab")) {
      String encoded = Base64.getEncoder().encodeToString((before + VALUE).getBytes(UTF_8));
      forms.add(encoded.substring(4, encoded.length() - 4));
    }
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        session.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            boolean read = attributes.isRegularFile() && !path.toString().contains("/trash/");
            String content = path + (read ? new String(Files.readAllBytes(path), ISO_8859_1) : "");
            if (forms.stream().anyMatch(content::contains)) {
              found.add(path.toString());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException removedFromTheTrash) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, IOException removedFromTheTrash) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  @Test
  void a_secret_is_a_file_for_its_owner_and_a_variable() throws IOException {
    Result result =
        withSecret(
            "FROM box",
            "RUN --mount=type=secret,id=t busybox stat -c %a:%u:%g:%s /run/secrets/t",
            "USER 7",
            "RUN --mount=type=secret,id=t,target=/k,uid=7,gid=8,mode=0440,env=T \\",
            "  busybox stat -c %a:%u:%g:%s /k; test \"$(printf %s \"$T\")\" = \"$(cat /k)\" && echo"
                + " equal; \\",
            "  echo x >> /k || echo ro");
    String out = result.succeeds().err();
    assertContains("  400:0:0:29\n", out);
    assertContains("  440:7:8:29\n  equal\n", out);
    assertContains("  ro\n", out);
  }

  @Test
  void values_come_from_files_and_variables_in_dockers_syntax() throws IOException {
    String[] lines = {
      "FROM box", "RUN --no-cache --mount=type=secret,id=TOKEN,required test -s /run/secrets/TOKEN"
    };
    for (String secret :
        List.of(
            "id=TOKEN",
            "id=TOKEN,env=TOKEN",
            "type=env,id=TOKEN",
            "id=TOKEN,type=env,src=TOKEN",
            "type=file,id=TOKEN,source=" + file)) {
      build(List.of("--secret", secret), lines).succeeds();
    }
  }

  @Test
  void a_required_secret_must_be_given_and_another_is_simply_not_there() throws IOException {
    Result failed = build(List.of(), "FROM box", "RUN --mount=type=secret,id=t,required true");
    assertEquals(1, failed.code());
    assertContains("Buildfile:2:1: RUN: secret t: it is required and was not given", failed.err());
    build(
            List.of(),
            "FROM box",
            "RUN --mount=type=secret,id=t,env=T test ! -e /run/secrets/t && test -z \"$T\"")
        .succeeds();
  }

  @Test
  void no_trace_of_a_secret_is_left_anywhere() throws IOException {
    String mount = "RUN --mount=type=secret,id=t,env=T ";
    Result result =
        withSecret(
            "FROM box",
            "RUN --mount=type=secret,id=t cat /run/secrets/t; touch /made",
            mount + "echo \"$T\"; printf %s \"$T\" | busybox base64; env",
            mount + "printf correct-horse-; sleep 0.2; printf battery-staple",
            "RUN --mount=type=cache,target=/c --mount=type=secret,id=t touch /c/x");
    assertFalse(result.succeeds().err().contains(VALUE), result.err());
    assertContains("  ***", result.err());
    Result failed = withSecret("FROM box", mount + "echo \"my $T\"; exit 3");
    assertEquals(1, failed.code());
    assertContains("  my ***\n", failed.err());
    assertEquals(List.of(), traces());
    String image = session.jbuild("inspect", "x").out() + session.jbuild("history", "x").out();
    assertFalse(image.contains(VALUE), image);
  }

  @Test
  void another_value_does_not_execute_a_step_again() throws IOException {
    String[] lines = {"FROM box", "RUN --mount=type=secret,id=t echo executed"};
    assertContains("  executed\n", withSecret(lines).succeeds().err());
    Files.writeString(file, "quite another value");
    assertFalse(withSecret(lines).succeeds().err().contains("  executed\n"));
  }

  @Test
  void a_layer_that_holds_a_secret_fails_its_step_and_names_the_file() throws IOException {
    Result raw =
        withSecret(
            "FROM box",
            "RUN echo before",
            "RUN --mount=type=secret,id=t busybox mkdir -p /etc/app && echo \"k=$(cat"
                + " /run/secrets/t);\" > /etc/app/conf",
            "RUN echo never");
    assertEquals(1, raw.code());
    assertContains("Buildfile:3:1: RUN: keep secret t: its value is in /etc/app/conf", raw.err());
    assertFalse(raw.err().contains("  never"), raw.err());
    assertFalse(raw.err().contains(VALUE), raw.err());
    Result encoded =
        withSecret(
            "FROM box",
            "RUN --mount=type=secret,id=t printf u:%s $(cat /run/secrets/t) | busybox base64 >"
                + " /auth");
    assertContains("its value is in base64 in /auth", encoded.err());
    Result link =
        withSecret("FROM box", "RUN --mount=type=secret,id=t,env=T busybox ln -s $T /link");
    assertContains("its value is in the link /link", link.err());
    session.file("leak/f", "a " + VALUE);
    Result copied = withSecret("FROM box", "COPY leak /");
    assertContains("Buildfile:2:1: COPY: keep secret t: its value is in /f", copied.err());
    assertEquals(List.of(), traces());
  }

  @Test
  void a_leak_can_be_allowed() throws IOException {
    build(
            List.of("--secret", "id=t,src=" + file, "--allow-secret-leak"),
            "FROM box",
            "RUN --mount=type=secret,id=t cat /run/secrets/t > /leaked")
        .succeeds();
    assertFalse(traces().isEmpty());
    Result cached =
        withSecret("FROM box", "RUN --mount=type=secret,id=t cat /run/secrets/t > /leaked");
    assertEquals(1, cached.code());
    assertContains("its value is in a layer that is in the cache", cached.err());
  }

  @Test
  void a_history_that_would_hold_a_secret_is_refused_before_anything_is_executed()
      throws IOException {
    Result refused =
        build(
            List.of("--secret", "id=t,src=" + file, "--build-arg", "T=" + VALUE),
            "FROM box",
            "RUN echo early",
            "ARG T",
            "RUN true");
    assertEquals(1, refused.code());
    assertContains(
        "Buildfile:3:1: keep secret t: its value is in the image's history", refused.err());
    assertFalse(refused.err().contains("early"), refused.err());
    assertEquals(List.of(), traces());
  }

  @Test
  void a_short_secret_is_said_not_to_be_looked_for() throws IOException {
    Files.writeString(file, "1234");
    Result result =
        withSecret("FROM box", "RUN --mount=type=secret,id=t cat /run/secrets/t > /f; cat /f");
    assertContains("secret t is shorter than 8 bytes", result.succeeds().err());
    assertContains("  ***\n", result.err());
  }

  @Test
  void the_process_list_does_not_show_a_secret() throws Exception {
    Process process =
        session.start(
            arguments(
                List.of("--secret", "id=t,src=" + file),
                "FROM box",
                "RUN --mount=type=cache,target=/c --mount=type=secret,id=t \\",
                "  touch /c/ready; while test ! -e /c/go; do sleep 0.05; done"));
    try {
      Path mounts = session.root().resolve("cache/mounts");
      Path ready = null;
      while (ready == null && process.isAlive()) {
        try (Stream<Path> all = Files.walk(mounts)) {
          ready = all.filter(path -> path.endsWith("ready")).findFirst().orElse(null);
        } catch (IOException | java.io.UncheckedIOException notYet) {
          Thread.onSpinWait();
        }
      }
      assertTrue(ready != null, "the step has not begun");
      try (Stream<Path> all = Files.list(Path.of("/proc"))) {
        for (Path one :
            all.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
          assertFalse(commandLine(one).contains(VALUE), one.toString());
        }
      }
      Files.createFile(ready.resolveSibling("go"));
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), ISO_8859_1);
    } catch (IOException hasEnded) {
      return "";
    }
  }

  @Test
  void an_agent_is_there_for_the_user_it_is_meant_for() throws IOException {
    Path socket = Path.of(Files.createTempDirectory("agent").toString(), "s");
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(socket));
      session.set("SSH_AUTH_SOCK", socket.toString());
      String out =
          build(
                  List.of("--ssh", "default"),
                  "FROM box",
                  "RUN --mount=type=ssh,uid=7 echo $SSH_AUTH_SOCK; test -S $SSH_AUTH_SOCK && \\",
                  "  busybox stat -c %a:%u:%g $SSH_AUTH_SOCK")
              .succeeds()
              .err();
      assertContains("  /run/buildkit/ssh_agent.0\n  600:7:0\n", out);
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(socket.getParent());
    }
    build(List.of(), "FROM box", "RUN --mount=type=ssh test -z \"$SSH_AUTH_SOCK\"").succeeds();
    Result failed = build(List.of(), "FROM box", "RUN --mount=type=ssh,required true");
    assertContains("SSH agent default: it is required and was not given", failed.err());
  }

  @Test
  void labels_and_annotations_of_the_command_line_are_looked_at_as_well() throws IOException {
    for (String option : List.of("--label", "--annotation")) {
      Result result =
          build(
              List.of("--secret", "id=t,src=" + file, option, "note=my " + VALUE),
              "FROM box",
              "ENV A=b");
      assertEquals(1, result.code(), result.err());
      assertContains("keep secret t: its value is in " + option + " note", result.err());
    }
    assertEquals(List.of(), traces());
  }
}
