package jbuild.attack;

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
 * @param onTerminal whether the caller has one, and gives it to the sandbox
 */
record Attempt(
    String image,
    List<String> argv,
    String user,
    String cwd,
    List<String> volumes,
    boolean onTerminal) {
  static final String FACTS = "@facts@";

  /** The probe, with these rows. */
  static Attempt probe(String image, String... rows) {
    List<String> argv = new ArrayList<>(List.of(Images.PROBE, FACTS));
    argv.addAll(List.of(rows));
    return new Attempt(image, argv, "", "", List.of(), false);
  }

  Attempt as(String someone) {
    return new Attempt(image, argv, someone, cwd, volumes, onTerminal);
  }

  Attempt in(String directory) {
    return new Attempt(image, argv, user, directory, volumes, onTerminal);
  }

  Attempt with(String... mounts) {
    return new Attempt(image, argv, user, cwd, List.of(mounts), onTerminal);
  }

  Attempt onTerminal(boolean value) {
    return new Attempt(image, argv, user, cwd, volumes, value);
  }

  Attempt running(String... program) {
    return new Attempt(image, List.of(program), user, cwd, volumes, onTerminal);
  }

  List<String> argv(String facts) {
    return argv.stream().map(word -> word.replace(FACTS, facts)).toList();
  }
}
