package jbuild.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collections beside builds: no build fails, and every image that was reported stays whole. */
class GcBesideBuildsIT {
  private static final int BUILDERS = 2;
  private static final int BUILDS = 25;

  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
    session.file("base", "base");
    session.build("base", "FROM scratch", "COPY base /").succeeds();
  }

  /** A context of its own; the same few contents come again, so that layers are found old. */
  private Path context(int builder, int build) throws IOException {
    Path context = Files.createDirectories(temporary.resolve("context-" + builder));
    Files.writeString(context.resolve("a"), "a" + build % 3);
    Files.writeString(context.resolve("b"), "b" + build % 2);
    Files.writeString(
        context.resolve("Buildfile"), "FROM base\nCOPY a /\nCOPY b /\nCOPY a /again\n");
    return context;
  }

  private void build(int builder) throws Exception {
    String name = "image-" + builder;
    for (int i = 0; i < BUILDS; i++) {
      session.jbuild("-t", name, context(builder, i).toString()).succeeds();
      Path tar = temporary.resolve("tar-" + builder);
      session.jbuild("export", "-o", tar.toString(), name).succeeds();
      String content = Files.readString(tar, ISO_8859_1);
      assertTrue(content.contains("a" + i % 3) && content.contains("b" + i % 2), "build " + i);
      if (i % 2 == 0) {
        session.jbuild("rmi", name).succeeds();
      }
    }
  }

  @Test
  void builds_in_a_loop_beside_collections_in_a_loop() throws Exception {
    AtomicBoolean built = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(BUILDERS + 2);
    try {
      List<Future<?>> builders = new ArrayList<>();
      for (int i = 0; i < BUILDERS; i++) {
        int builder = i;
        builders.add(
            threads.submit(
                () -> {
                  build(builder);
                  return null;
                }));
      }
      List<Future<Integer>> collectors = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        collectors.add(
            threads.submit(
                () -> {
                  int count = 0;
                  while (!built.get()) {
                    session.jbuild("gc", "-a").succeeds();
                    count++;
                  }
                  return count;
                }));
      }
      try {
        for (Future<?> builder : builders) {
          builder.get();
        }
      } finally {
        built.set(true);
      }
      for (Future<Integer> collector : collectors) {
        assertTrue(collector.get() > 0);
      }
    } finally {
      threads.shutdownNow();
    }
    Result clean = session.jbuild("fsck");
    assertEquals(0, clean.code(), clean.out());
    session.jbuild("gc", "-a").succeeds();
    assertEquals(StoreFiles.referred(session.root()), StoreFiles.all(session.root()));
  }

  @Test
  void processes_that_are_killed_at_any_moment_lose_nothing() throws Exception {
    for (int i = 0; i < 6; i++) {
      session.file("base", "base " + i);
      session.build("base", "FROM scratch", "COPY base /").succeeds();
      session.build("other", "FROM base", "COPY base /other").succeeds();
      Process collection = session.start("gc", "-a");
      Process build = session.start("-t", "third", context(0, i).toString());
      Thread.sleep(ThreadLocalRandom.current().nextInt(200, 1200));
      collection.destroyForcibly().waitFor();
      build.destroyForcibly().waitFor();
      Result clean = session.jbuild("fsck");
      assertEquals(0, clean.code(), clean.out());
      session.jbuild("export", "-o", "/dev/null", "other").succeeds();
    }
    session.jbuild("gc", "-a").succeeds();
    assertEquals(StoreFiles.referred(session.root()), StoreFiles.all(session.root()));
  }
}
