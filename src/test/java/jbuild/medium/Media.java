package jbuild.medium;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The small media of testdata/medium. */
public final class Media {
  private static final Path FOLDER = Path.of("testdata", "medium");

  private Media() {}

  /** Unpacks the medium {@code name} into a file of that name in {@code directory}. */
  public static Path unpack(String name, Path directory) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FOLDER.resolve(name + ".gz")))) {
      Files.copy(in, file);
    }
    return file;
  }

  static Medium open(String name, Path directory) throws IOException {
    return Medium.open(unpack(name, directory), 0, List.of(), 2);
  }
}
