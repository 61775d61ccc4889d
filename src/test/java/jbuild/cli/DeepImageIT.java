package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import jbuild.layer.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of many layers, from the Buildfile to the running program. */
class DeepImageIT {
  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("RUN and run");
  }

  private record Output(int code, String text) {}

  private Output jbuild(String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("JBUILD_ROOT", dir.resolve("root").toString());
    int code = new Cli(new Console(stream, stream, environment)).run(arguments);
    return new Output(code, bytes.toString(StandardCharsets.UTF_8));
  }

  /** Programs write to this process's own descriptors, so what they say is told by exit codes. */
  private void run(String image, String script) {
    Output output = jbuild("run", "--rm", image, "/bin/sh", "-c", script);
    assertEquals(0, output.code(), output.text());
  }

  private void build(String image, String start, int count, IntFunction<String> step)
      throws IOException {
    Path context = Files.createDirectories(dir.resolve(image));
    Files.copy(Path.of("/bin/busybox"), context.resolve("busybox"));
    Files.writeString(context.resolve("f"), "f");
    StringBuilder file = new StringBuilder(start);
    for (int i = 1; i <= count; i++) {
      file.append(step.apply(i)).append('\n');
    }
    Path buildfile = Files.writeString(context.resolve("Buildfile"), file);
    Output output = jbuild("-f", buildfile.toString(), "-t", image, context.toString());
    assertEquals(0, output.code(), output.text());
  }

  private long merged() throws IOException {
    try (Stream<Path> indexes = Files.list(dir.resolve("root/index"))) {
      return indexes.count();
    }
  }

  @Test
  void a_hundred_and_twenty_runs_see_each_others_files_and_their_image_runs() throws IOException {
    build(
        "deep",
        "FROM scratch\nCOPY busybox /bin/sh\n",
        120,
        i -> "RUN test -e /f" + (i - 1) + " || [ " + i + " = 1 ]; echo " + i + " >/f" + i);
    run(
        "deep",
        "i=1; while [ $i -le 120 ]; do read n </f$i; [ $n = $i ] || exit 1; i=$((i+1)); done");
  }

  @Test
  void four_hundred_copies_make_an_image_that_runs_on_one_merged_index() throws IOException {
    build("copies", "FROM scratch\nCOPY busybox /bin/sh\n", 399, i -> "COPY f /d/f" + i);
    run("copies", "set -- /d/*; [ $# = 399 ]");
    long indexes = merged();
    FileTime newest = newestIndex();
    run("copies", "[ -e /d/f1 ] && [ -e /d/f399 ]");
    assertEquals(indexes, merged());
    assertEquals(newest, newestIndex());
    assertTrue(jbuild("history", "copies").text().contains("/d/f399"));
  }

  private FileTime newestIndex() throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    try (Stream<Path> indexes = Files.list(dir.resolve("root/index"))) {
      for (Path index : (Iterable<Path>) indexes::iterator) {
        FileTime time = Files.getLastModifiedTime(index);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }
}
