package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands are killed (SIGKILL) at random moments of their lives. The next command works; of the
 * killed one nothing is left; what was there before is whole. {@code
 * src/test/scripts/kill-at-every-call.sh} kills at every system call instead.
 */
class KillIT {
  private static final int KILLS = Integer.getInteger("jbuild.test.kills", 6);
  private static final long SEED = 20261122;

  @TempDir Path temporary;
  private final Random random = new Random(SEED);
  private Session session;
  private Leftovers leftovers;
  private int number;

  @BeforeEach
  void makeImages() throws Exception {
    session = new Session(temporary);
    session.makeBox();
    session.set("JBUILD_GC", "off");
    session.set("SOURCE_DATE_EPOCH", "1000000000");
    leftovers = new Leftovers(session.root());
    for (int i = 0; i < 200; i++) {
      session.file("dir/sub" + i % 7 + "/file" + i, "content " + i);
    }
    try (OutputStream large = Files.newOutputStream(session.context().resolve("dir/large"))) {
      for (int i = 0; i < 2000; i++) {
        large.write(("line " + i + "x".repeat(9_000)).getBytes(UTF_8));
      }
    }
  }

  /** A build of which no step is in the cache. */
  private String[] build() throws IOException {
    Path file =
        session.file(
            "Buildfile",
            "FROM box",
            "ENV NUMBER=" + number++,
            "RUN echo $NUMBER >/first",
            "COPY dir /dir",
            "WORKDIR /w" + number,
            "RUN for i in 1 2 3 4 5 6 7 8 9; do cat /dir/large >/w" + number + "/$i; done",
            "RUN busybox rm /first");
    return new String[] {
      "-m", "200m", "-q", "-f", file.toString(), "-t", "killed", session.context().toString()
    };
  }

  @Test
  void a_build_may_be_killed_at_any_moment() throws Exception {
    session.jbuild("tag", "box", "other").succeeds();
    long whole = time(build());
    for (int i = 0; i < KILLS; i++) {
      String[] command = build();
      long killed = kill(whole, command);
      check(killed, session.jbuild(command), i);
    }
  }

  @Test
  void an_import_may_be_killed_at_any_moment() throws Exception {
    Path tar = temporary.resolve("files.tar");
    session.build("files", "FROM box", "COPY dir /dir").succeeds();
    session.jbuild("export", "-o", tar.toString(), "files").succeeds();
    String[] command = {"import", "-t", "killed", tar.toString()};
    String id = session.jbuild(command).succeeds().out();
    forget();
    long whole = time(command);
    for (int i = 0; i < KILLS; i++) {
      forget();
      long killed = kill(whole, command);
      Result next = session.jbuild(command);
      check(killed, next, i);
      assertEquals(id, next.out());
    }
  }

  /** Has everything made again that an import makes. */
  private void forget() throws IOException {
    session.jbuild("rmi", "killed").succeeds();
    session.jbuild("rmi", "files");
    String kept = session.jbuild("inspect", "box").succeeds().out();
    for (String directory : List.of("blobs/sha256", "index")) {
      try (Stream<Path> files = Files.list(session.root().resolve(directory))) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString().replaceAll("\\..*", "");
          if (!kept.contains(name)) {
            Files.delete(file);
          }
        }
      }
    }
  }

  /** Nanoseconds of a whole command. */
  private long time(String... command) throws Exception {
    long begin = System.nanoTime();
    session.process("", command).succeeds();
    return System.nanoTime() - begin;
  }

  private long kill(long whole, String... command) throws Exception {
    Process process = session.start(command);
    process.waitFor((long) (whole * random.nextDouble()), TimeUnit.NANOSECONDS);
    process.destroyForcibly().waitFor();
    return process.pid();
  }

  private void check(long killed, Result next, int kill) throws Exception {
    String which = "kill " + kill + " with seed " + SEED + ": ";
    assertEquals(0, next.code(), which + next.err());
    assertEquals(List.of(), leftovers.temporary(), which + "left");
    assertEquals(List.of(), leftovers.damage(), which + "damaged");
    assertEquals(List.of(), leftovers.mounts(), which + "mounts");
    assertEquals(List.of(), leftovers.processes(), which + "processes");
    assertEquals(List.of(), Leftovers.controlGroups(killed), which + "control groups");
    Result fsck = session.jbuild("fsck");
    assertEquals(0, fsck.code(), which + fsck.out() + fsck.err());
    Result run = session.process("", "run", "--rm", "killed", "test", "-x", "/bin/busybox");
    assertEquals(0, run.code(), which + run.err());
  }
}
