package jbuild.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.arguments.UsageException;
import jbuild.gc.CollectionNote;
import jbuild.gc.CollectionPolicy;
import jbuild.gc.Collector;
import jbuild.store.DataRoot;
import jbuild.store.StoreLock;
import org.jspecify.annotations.Nullable;

/**
 * The collection that commands start when they have filled the store: a process of its own, as
 * {@code git gc --auto} does it, since there is no daemon and the user waits for this command. It
 * may be killed at any moment. {@code JBUILD_GC} switches it off or says how much cache may stay.
 */
final class AutomaticCollection {
  private static final String VARIABLE = "JBUILD_GC";

  /** Of two collections at once the second would find nothing to do. */
  private static final String LOCK = "gc-automatic";

  private final DataRoot root;
  private final Map<String, String> environment;

  AutomaticCollection(DataRoot root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** Starts one in the background if it is time for it; whether it did. */
  boolean startIfDue() throws IOException, UsageException {
    if (environment.getOrDefault(VARIABLE, "").equals("off")
        || !CollectionNote.isDue(root, limit())) {
      return false;
    }
    List<String> command = self();
    if (command == null) {
      return false;
    }
    command.addAll(List.of("gc", "--automatic", "--root", root.root().toString()));
    new ProcessBuilder(command)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    return true;
  }

  /** What the started process does. */
  void run(Collector collector) throws IOException, UsageException {
    try (StoreLock lock = StoreLock.tryAcquire(root, LOCK)) {
      if (lock != null && CollectionNote.isDue(root, limit())) {
        collector.collect(collector.plan(CollectionPolicy.automatic(limit())));
      }
    }
  }

  private long limit() throws UsageException {
    String given = environment.get(VARIABLE);
    return given == null || given.isEmpty()
        ? CollectionPolicy.defaultLimit(root)
        : Amounts.parseBytes(VARIABLE, given);
  }

  /**
   * How this process was started, up to its main class: Java, its flags, the class path. Null where
   * jbuild is only a part of another program.
   */
  private static @Nullable List<String> self() throws IOException {
    Path process = Path.of("/proc/self");
    String words = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    List<String> command = new ArrayList<>(List.of(words.split("\0", -1)));
    int main = command.indexOf(Main.class.getName());
    if (main < 0) {
      return null;
    }
    command.subList(main + 1, command.size()).clear();
    command.set(0, process.resolve("exe").toRealPath().toString());
    return command;
  }
}
