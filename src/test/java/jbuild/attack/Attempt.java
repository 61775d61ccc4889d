package jbuild.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One start of a sandbox.
 *
 * @param image one of {@link Images}
 * @param argv in which {@link #FACTS} stands for what the probe is told
 * @param user empty for the image's own
 * @param cwd empty for the image's own
 * @param volumes {@code SOURCE:TARGET} each
 * @param caller what the caller has for standard input and output, and gives to the sandbox
 */
record Attempt(
    String image, List<String> argv, String user, String cwd, List<String> volumes, Caller caller) {
  static final String FACTS = "@facts@";

  /** Nothing to read and a pipe; a terminal; files. */
  enum Caller {
    PIPE,
    TERMINAL,
    FILES
  }

  /** The probe, with these rows. */
  static Attempt probe(String image, String... rows) {
    List<String> argv = new ArrayList<>(List.of(Images.PROBE, FACTS));
    argv.addAll(List.of(rows));
    return new Attempt(image, argv, "", "", List.of(), Caller.PIPE);
  }

  Attempt as(String someone) {
    return new Attempt(image, argv, someone, cwd, volumes, caller);
  }

  Attempt in(String directory) {
    return new Attempt(image, argv, user, directory, volumes, caller);
  }

  Attempt with(String... mounts) {
    return new Attempt(image, argv, user, cwd, List.of(mounts), caller);
  }

  Attempt by(Caller someone) {
    return new Attempt(image, argv, user, cwd, volumes, someone);
  }

  Attempt running(String... program) {
    return new Attempt(image, List.of(program), user, cwd, volumes, caller);
  }

  List<String> argv(String facts) {
    return argv.stream().map(word -> word.replace(FACTS, facts)).toList();
  }

  /**
   * The beginning of a command whose rest is started by that caller; what it printed is printed.
   */
  List<String> start(Stage stage) throws IOException {
    return switch (caller) {
      case PIPE -> List.of();
      case TERMINAL -> List.of(stage.probe().toString(), "terminal");
      case FILES -> {
        Path place = stage.freshDirectory();
        Files.writeString(place.resolve("in"), "input");
        String script = "\"$@\" <$0/in >$0/out; cat $0/out; stat -c 'mode %a' $0/in $0/out";
        yield List.of("sh", "-c", script, place.toString());
      }
    };
  }
}
