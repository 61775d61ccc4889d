package jbuild.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.layer.FlatImage;
import jbuild.store.Image;

/** {@code jbuild export}: an image's file system, flattened, as one canonical tar. */
final class ExportCommand implements Command {
  private static final int BUFFER = 1 << 20;

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Write an image's root file system as one tar, the same for the same files.")
        .value("FILE", "Where to write (default: -, standard output).", "-o", "--output")
        .operand("IMAGE", "A name or the start of an ID.")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Image image = wiring.use(arguments.operands().get(0));
    FlatImage flat = FlatImage.of(wiring.indexes(), wiring.blobs(), image.diffIds());
    String output = arguments.text("--output", "-");
    if (output.equals("-")) {
      flat.writeTar(wiring.console().out());
      return 0;
    }
    Path target = Path.of(output).toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new IOException("write " + target + ": is a directory (name a file)");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A device or a pipe is written to, never replaced: -o /dev/null as root.
      write(flat, target);
      return 0;
    }
    replace(flat, Files.exists(target) ? target.toRealPath() : target);
    return 0;
  }

  /** The file is there whole or as it was before. */
  private static void replace(FlatImage flat, Path target) throws IOException {
    Path directory = target.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException("write " + target + ": the directory is not there");
    }
    Path temporary = Files.createTempFile(directory, ".jbuild-export", null);
    try {
      write(flat, temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void write(FlatImage flat, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      flat.writeTar(out);
    }
  }
}
