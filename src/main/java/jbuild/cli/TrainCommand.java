package jbuild.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.layer.KernelTreeRemover;
import jbuild.linux.Syscalls;

/**
 * {@code jbuild train}, for the launcher alone: does what people do most, in a data root of its own
 * that is thrown away, so that the class-data archive made from this run holds the classes they
 * need. It prints nothing, and a machine that cannot run a sandbox just trains less.
 */
final class TrainCommand implements Command {
  static final String NAME = "train";

  private static final String BUILDFILE =
      """
      FROM scratch AS a
      ARG v=1
      COPY file /d/
      WORKDIR /w
      ENV k=v
      FROM scratch
      COPY --from=a /d /e
      LABEL l=$k
      CMD ["/bin/true"]
      """;

  /** Apart from the other, which needs no root. */
  private static final String ON_THE_HOST =
      """
      FROM host
      RUN :
      """;

  /** A medium of each usual kind: ISO, squashfs with xz, ext4; and layers with zstd. */
  private static final List<String> MEDIA = List.of("centos.iso", "ubuntu.iso");

  @Override
  public CommandSpec spec() {
    return CommandSpec.describe("Prepare the class-data archive.").build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    Path place = Files.createTempDirectory("jbuild-train");
    try {
      Path context = Files.createDirectory(place.resolve("context"));
      Files.writeString(context.resolve("Buildfile"), BUILDFILE);
      Files.writeString(context.resolve("file"), "content\n");
      Path onTheHost = Files.writeString(place.resolve("Buildfile"), ON_THE_HOST);
      Cli silent = new Cli(console(place.resolve("root")));
      String image = "train";
      for (int again = 0; again < 2; again++) {
        silent.run(new String[] {"-t", image, context.toString()});
        silent.run(new String[] {"-q", "-f", onTheHost.toString(), context.toString()});
      }
      for (String medium : MEDIA) {
        silent.run(new String[] {"import", unpack(medium, place).toString()});
      }
      silent.run(new String[] {"images"});
      silent.run(new String[] {"history", image});
      silent.run(new String[] {"run", "--rm", image});
      silent.run(new String[] {"rmi", image});
      silent.run(new String[] {"version"});
    } finally {
      new KernelTreeRemover(Syscalls.load()).remove(place);
    }
    return 0;
  }

  private static Path unpack(String medium, Path directory) throws IOException {
    Path file = directory.resolve(medium);
    try (InputStream in =
        TrainCommand.class.getResourceAsStream("/testdata/medium/" + medium + ".gz")) {
      if (in != null) {
        Files.copy(new GZIPInputStream(in), file);
      }
    }
    return file;
  }

  private static Console console(Path root) throws IOException {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(nowhere, nowhere, Map.of("JBUILD_ROOT", root.toString()));
  }
}
