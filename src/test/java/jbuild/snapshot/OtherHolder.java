package jbuild.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jbuild.oci.Digest;

/** A second JVM on a store: mounts its layers and stays, until it is told or killed. */
final class OtherHolder {
  private OtherHolder() {}

  /**
   * Starts it.
   *
   * @param what {@code hold} mounts the layers; {@code run} runs {@code argument} in a sandbox on
   *     them, after a line of output
   */
  static Process start(String what, Path store, Rung rung, String argument) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OtherHolder.class.getName(),
            what,
            store.toString(),
            rung.name(),
            argument)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  static String awaitLine(Process process) throws IOException {
    InputStream out = process.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int c = out.read(); c != '\n'; c = out.read()) {
      if (c < 0) {
        throw new IOException("the other process ended early");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** What {@link SnapshotFixture#saveLayers} wrote. */
  private static List<Digest> layers(SnapshotFixture fixture) throws Exception {
    Path list = fixture.root.root().resolve("layers");
    try (Stream<String> lines = Files.lines(list, StandardCharsets.US_ASCII)) {
      return lines.map(OtherHolder::digest).toList();
    }
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path store = Path.of(arguments[1]);
    try (SnapshotFixture fixture = new SnapshotFixture(store, Rung.valueOf(arguments[2]))) {
      fixture.layers.addAll(layers(fixture));
      if (arguments[0].equals("run")) {
        try (ActiveSnapshot snapshot = fixture.prepare()) {
          System.out.println(snapshot.upper());
        }
        fixture.run(arguments[3]);
      } else {
        try (ActiveSnapshot snapshot = fixture.prepare()) {
          System.out.println(snapshot.upper());
          System.in.read();
        }
      }
    }
  }
}
