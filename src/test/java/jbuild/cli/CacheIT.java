package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What makes a step be executed again, and what does not. */
class CacheIT {
  private static final List<String> FILE =
      List.of(
          "FROM box",
          "ARG WHAT=1",
          "ENV WHERE=here",
          "USER 0",
          "WORKDIR /work",
          "COPY dir/* /copied/",
          "RUN echo done >/done");
  private static final int COPY = 6;
  private static final int RUN = 7;

  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    reset();
  }

  private void reset() throws IOException {
    for (String name : List.of("dir/b", "dir/c", "dir/ignored", "dir/a")) {
      Files.deleteIfExists(session.context().resolve(name));
    }
    session.file("dir/a", "a");
    session.file("dir/b", "b");
    session.file(".dockerignore", "dir/ignored");
  }

  /** A change to the world before the second build. */
  private interface Change {
    void make() throws Exception;
  }

  private Path path(String name) {
    return session.context().resolve(name);
  }

  private Result build(List<String> lines, String... options) throws IOException {
    session.file("Buildfile", lines.toArray(String[]::new));
    List<String> arguments = new ArrayList<>(List.of("build", "-t", "x"));
    arguments.addAll(List.of(options));
    arguments.add(session.context().toString());
    return session.jbuild(arguments.toArray(String[]::new)).succeeds();
  }

  /** Whether the step on that line of the file came from the cache. */
  private static boolean isCached(Result result, int number) {
    for (String line : result.err().lines().toList()) {
      if (line.contains(number + "/") && line.matches(".*\\] (COPY|RUN|WORKDIR) .* {2,}\\S.*")) {
        return line.contains("cached");
      }
    }
    throw new AssertionError("no step " + number + " in " + result.err());
  }

  @TestFactory
  Stream<DynamicTest> changes_of_the_context() {
    Map<String, Change> missed = new LinkedHashMap<>();
    missed.put("a byte of a file", () -> Files.writeString(path("dir/a"), "A\n"));
    missed.put("its length", () -> Files.writeString(path("dir/a"), "longer\n"));
    missed.put(
        "its mode",
        () ->
            Files.setPosixFilePermissions(
                path("dir/a"), PosixFilePermissions.fromString("rwx------")));
    missed.put("a new file", () -> session.file("dir/c", "c"));
    missed.put("a file less", () -> Files.delete(path("dir/b")));
    missed.put("another name", () -> Files.move(path("dir/b"), path("dir/c")));
    missed.put(
        "a link in the place of a file",
        () -> {
          Files.delete(path("dir/b"));
          Files.createSymbolicLink(path("dir/b"), Path.of("a"));
        });
    missed.put(
        "an extended attribute",
        () ->
            Files.getFileAttributeView(path("dir/a"), UserDefinedFileAttributeView.class)
                .write("key", ByteBuffer.wrap(new byte[] {1})));
    Map<String, Change> hits = new LinkedHashMap<>();
    hits.put("nothing", () -> {});
    hits.put("a time", () -> Files.setLastModifiedTime(path("dir/a"), FileTime.fromMillis(0)));
    hits.put("a file that is ignored", () -> session.file("dir/ignored", "x"));
    hits.put("a file that nobody copies", () -> session.file("other", "x"));
    hits.put(
        "the same content written again",
        () -> {
          Files.delete(path("dir/a"));
          session.file("dir/a", "a");
        });
    List<DynamicTest> tests = new ArrayList<>();
    missed.forEach((name, change) -> tests.add(changed(name + " is a miss", change, false)));
    hits.forEach((name, change) -> tests.add(changed(name + " is a hit", change, true)));
    return tests.stream();
  }

  private DynamicTest changed(String name, Change change, boolean hit) {
    return dynamicTest(
        name,
        () -> {
          reset();
          build(FILE);
          change.make();
          Result again = build(FILE);
          assertEquals(hit, isCached(again, COPY), again.err());
          // What comes after a step that was done again is done again as well.
          assertEquals(hit, isCached(again, RUN), again.err());
        });
  }

  private static List<String> with(int number, String line) {
    List<String> lines = new ArrayList<>(FILE);
    lines.set(number - 1, line);
    return lines;
  }

  @TestFactory
  Stream<DynamicTest> changes_of_the_file() {
    return Stream.of(
        edited("another base", with(1, "FROM scratch AS s\nFROM other"), false, false),
        edited("another command", with(RUN, "RUN echo other >/done"), true, false),
        edited("the exec form", with(RUN, "RUN [\"/bin/touch\", \"/done\"]"), true, false),
        edited("another environment", with(3, "ENV WHERE=there"), true, false),
        edited("another argument", with(2, "ARG WHAT=2"), true, false),
        edited("another user", with(4, "USER 0:0"), false, false),
        edited("another directory", with(5, "WORKDIR /elsewhere"), false, false),
        edited("no network", with(RUN, "RUN --network=none echo done >/done"), true, false),
        edited("another destination", with(COPY, "COPY dir/* /new/"), false, false),
        edited("another owner", with(COPY, "COPY --chown=1 dir/* /copied/"), false, false),
        edited("another mode", with(COPY, "COPY --chmod=600 dir/* /copied/"), false, false));
  }

  private DynamicTest edited(String name, List<String> lines, boolean copyHit, boolean runHit) {
    return dynamicTest(
        name,
        () -> {
          reset();
          session.build("other", "FROM box", "RUN touch /other").succeeds();
          build(FILE);
          Result again = build(lines);
          String shown = again.err();
          int shift = shown.contains("/8]") ? 1 : 0;
          assertEquals(copyHit, isCached(again, COPY + shift), shown);
          assertEquals(runHit, isCached(again, RUN + shift), shown);
        });
  }

  @Test
  void labels_and_other_configuration_change_nothing() throws IOException {
    List<String> lines = new ArrayList<>(FILE);
    lines.set(3, "LABEL now=there");
    lines.add("CMD [\"x\"]");
    build(lines);
    lines.set(3, "LABEL now=another");
    lines.set(7, "EXPOSE 80");
    Result again = build(lines);
    assertTrue(isCached(again, COPY), again.err());
    assertTrue(isCached(again, RUN), again.err());
  }

  @Test
  void no_cache_executes_every_step_and_keeps_the_results() throws IOException {
    build(FILE);
    Result fresh = build(FILE, "--no-cache");
    assertFalse(isCached(fresh, COPY), fresh.err());
    assertFalse(isCached(fresh, RUN), fresh.err());
    assertTrue(isCached(build(FILE), RUN));
  }

  @Test
  void a_build_argument_counts_from_where_it_is_declared() throws IOException {
    build(FILE);
    Result again = build(FILE, "--build-arg", "WHAT=2");
    assertTrue(isCached(again, COPY), again.err());
    assertFalse(isCached(again, RUN), again.err());
  }

  @Test
  void a_parent_with_another_result_makes_its_children_miss() throws IOException {
    List<String> lines =
        List.of("FROM box", "RUN cat /proc/sys/kernel/random/uuid >/id", "RUN cat /id >/copy");
    build(lines);
    build(lines);
    List<String> first = lines.subList(0, 2);
    build(first, "--no-cache");
    Result again = build(lines);
    assertTrue(isCached(again, 2), again.err());
    assertFalse(isCached(again, 3), again.err());
  }

  @Test
  void a_stage_with_another_layer_and_the_same_content_is_a_hit() throws IOException {
    List<String> lines =
        List.of(
            "FROM box AS maker",
            "RUN cat /proc/sys/kernel/random/uuid >/id; echo same >/same",
            "FROM scratch",
            "COPY --from=maker /same /");
    build(lines);
    session.file(
        "Maker", "FROM box", "RUN cat /proc/sys/kernel/random/uuid >/id; echo same >/same");
    session
        .jbuild("-f", path("Maker").toString(), "--no-cache", session.context().toString())
        .succeeds();
    Result again = build(lines);
    assertTrue(again.err().matches("(?s).*COPY --from=maker /same / +cached.*"), again.err());
  }

  @Test
  void a_layer_that_is_gone_or_cut_is_made_again() throws IOException {
    build(FILE);
    for (boolean cut : new boolean[] {true, false}) {
      Path blob = lastLayer();
      if (cut) {
        Files.write(blob, new byte[512]);
      } else {
        Files.delete(blob);
      }
      Result again = build(FILE);
      assertTrue(isCached(again, COPY), again.err());
      assertFalse(isCached(again, RUN), again.err());
      assertTrue(isCached(build(FILE), RUN));
    }
  }

  private Path lastLayer() throws IOException {
    String inspected = session.jbuild("inspect", "x").succeeds().out();
    String digests = inspected.substring(inspected.indexOf("\"layers\""));
    digests = digests.substring(0, digests.indexOf(']'));
    int at = digests.lastIndexOf("sha256:") + "sha256:".length();
    return session.root().resolve("blobs/sha256").resolve(digests.substring(at, at + 64));
  }

  @Test
  void damaged_records_are_misses() throws IOException {
    build(FILE);
    for (String damage : List.of("", "{", "[]", "{\"parent\":1,\"components\":[\"x\"]}")) {
      for (String cache : List.of("cache/steps", "cache/stat")) {
        try (Stream<Path> records = Files.list(session.root().resolve(cache))) {
          for (Path record : records.toList()) {
            Files.writeString(record, damage);
          }
        }
      }
      Result again = build(FILE);
      assertFalse(isCached(again, COPY), again.err());
      assertFalse(isCached(again, RUN), again.err());
    }
    assertTrue(isCached(build(FILE), RUN));
  }
}
