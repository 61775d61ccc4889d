package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All that the attacks need: the compiled probe, images, a canary outside, jbuild. */
final class Stage implements AutoCloseable {
  static final Path SOURCES = Path.of("src", "test", "attacks");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private final Path directory;
  private final Path probe;
  private final Outside outside;
  private final Images images;
  private int fresh;

  /**
   * @param directory an empty one
   */
  Stage(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    probe = directory.resolve("probe");
    compile();
    outside = new Outside(probe, Files.createDirectory(directory.resolve("outside")));
    images = new Images(directory, outside);
    for (String image : Images.ALL) {
      Path archive = images.archive(image);
      Path context = freshDirectory();
      Files.move(archive, context.resolve("image.tar"));
      Files.writeString(context.resolve("Buildfile"), "FROM scratch\nADD image.tar /\n");
      Tool.run(jbuild("-t", image, context.toString())).succeeded();
    }
  }

  private void compile() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("gcc", "-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o"));
    command.add(probe.toString());
    try (Stream<Path> files = Files.list(SOURCES)) {
      files.map(Path::toString).filter(name -> name.endsWith(".c")).sorted().forEach(command::add);
    }
    Tool.run(command).succeeded();
    Tool.run(
            "gcc",
            "-O1",
            "-nostdlib",
            "-static-pie",
            "-fPIE",
            "-ffreestanding",
            "-fno-stack-protector",
            "-o",
            directory.resolve("loader").toString(),
            SOURCES.resolve("image/loader.c").toString())
        .succeeded();
    Tool.run(
            "gcc",
            "-nostdlib",
            "-pie",
            "-fPIE",
            "-Wl,--dynamic-linker=/proc/self/exe",
            "-o",
            directory.resolve("interpreted").toString(),
            SOURCES.resolve("image/interpreted.c").toString())
        .succeeded();
  }

  /** With another canary, for attacks that succeed. */
  Stage another() throws IOException {
    return new Stage(this, freshDirectory());
  }

  private Stage(Stage other, Path directory) throws IOException {
    this.directory = other.directory;
    probe = other.probe;
    images = other.images;
    outside = new Outside(probe, directory);
    fresh = other.fresh + 1_000_000;
  }

  Path probe() {
    return probe;
  }

  Outside outside() {
    return outside;
  }

  Images images() {
    return images;
  }

  Path java() {
    return JAVA;
  }

  Path freshDirectory() throws IOException {
    fresh++;
    return Files.createDirectory(directory.resolve("fresh" + fresh));
  }

  /** A command of jbuild's, with a data root of the stage's own. */
  List<String> jbuild(String... arguments) {
    List<String> command = new ArrayList<>(List.of("env"));
    command.add("JBUILD_ROOT=" + directory.resolve("root"));
    command.add(JAVA.toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx144m", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("jbuild.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public void close() throws IOException {
    outside.close();
  }
}
