package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jbuild.cli.Session.Result;
import jbuild.faults.Faults;
import jbuild.faults.FaultyFileSystem;
import jbuild.faults.FaultySyscalls;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of a small build and of an import goes wrong once: in the store and in the
 * kernel. Afterwards nothing is lost or left, and the same command does what it would have done.
 */
class FaultsIT {
  private static final String[] BUILDFILE = {
    "FROM box",
    "COPY dir /copied/",
    "RUN echo first >/first; echo changed >/copied/a",
    "WORKDIR /made/here",
    "USER 1:1",
    "CMD [\"x\"]"
  };

  /** All kinds for every operation, instead of one after the other. */
  private static final boolean ALL = Boolean.getBoolean("jbuild.test.faults.all");

  @TempDir static Path temporary;
  private static final Syscalls KERNEL = Syscalls.load();
  private static Path template;
  private static Path tar;
  private static Session session;
  private static int roots;

  @BeforeAll
  static void makeImages() throws Exception {
    session = new Session(temporary);
    session.makeBox();
    session.set("JBUILD_GC", "off");
    session.set("SOURCE_DATE_EPOCH", "1000000000"); // equal builds give equal images
    session.file("dir/a", "a");
    session.file("dir/sub/b", "b");
    try (OutputStream large = Files.newOutputStream(session.context().resolve("dir/large"))) {
      for (int i = 0; i < 300; i++) { // more than one buffer of a blob
        large.write(("line " + i + "x".repeat(9_000)).getBytes(UTF_8));
      }
    }
    session.file("Buildfile", BUILDFILE);
    tar = temporary.resolve("box.tar");
    session.jbuild("export", "-o", tar.toString(), "box").succeeds();
    template = session.root();
    Leftovers.threads();
  }

  /** Where the n-th operation goes wrong. */
  private record Door(boolean isStore) {
    Doors doors(Faults faults) {
      FaultyFileSystem files = new FaultyFileSystem(isStore ? faults : Faults.none());
      Syscalls kernel = FaultySyscalls.around(KERNEL, isStore ? Faults.none() : faults);
      return new Doors() {
        @Override
        public Path dataRoot(Path path) {
          return files.path(path);
        }

        @Override
        public Syscalls syscalls() {
          return kernel;
        }
      };
    }

    List<Faults.Kind> kinds() {
      // The JDK makes an interrupted call again by itself.
      return isStore
          ? List.of(Faults.Kind.ENOSPC, Faults.Kind.EIO, Faults.Kind.EMFILE, Faults.Kind.SHORT)
          : List.of(Faults.Kind.values());
    }
  }

  private static final Door STORE = new Door(true);
  private static final Door LINUX = new Door(false);

  @Test
  void any_operation_of_the_store_may_fail_in_a_build() throws Exception {
    everyOperation(STORE, template, "-q", "-t", "x", session.context().toString());
  }

  @Test
  void any_system_call_may_fail_in_a_build() throws Exception {
    everyOperation(LINUX, template, "-q", "-t", "x", session.context().toString());
  }

  @Test
  void any_operation_of_the_store_may_fail_in_an_import() throws Exception {
    everyOperation(STORE, null, "import", "-t", "x", tar.toString());
  }

  private static void everyOperation(Door door, Path base, String... command) throws Exception {
    Faults none = Faults.none();
    Path first = freshRoot(base);
    String wanted = run(door.doors(none), first, command).succeeds().out();
    int operations = none.passed();
    int struck = 0;
    int tolerated = 0;
    Set<String> wrong = new LinkedHashSet<>();
    for (int n = 1; n <= operations; n++) {
      List<Faults.Kind> kinds = ALL ? door.kinds() : List.of(byTurns(n, door.kinds()));
      for (Faults.Kind kind : kinds) {
        Path root = freshRoot(base);
        Trial trial = new Trial(door, Faults.at(n, kind), root, wanted);
        for (String what : trial.run(command)) {
          wrong.add(
              kind + " at " + n + ", " + trial.faults.struck() + ": " + what.replace("\n", " / "));
        }
        struck += trial.faults.struck().isEmpty() ? 0 : 1;
        tolerated += trial.wasTolerated ? 1 : 0;
        Jbuild.tool("rm", "-rf", root.toString());
      }
    }
    System.err.println(
        (door.isStore() ? "store" : "linux")
            + " "
            + command[0]
            + ": "
            + operations
            + " operations, "
            + struck
            + " faults, of which "
            + tolerated
            + " did not matter, "
            + wrong.size()
            + " findings");
    assertTrue(struck * 10 > operations * 9, "most faults are met");
    assertEquals("", String.join("\n", wrong));
  }

  /** Operations come in patterns of small periods: the turns must not have the same. */
  private static Faults.Kind byTurns(int n, List<Faults.Kind> kinds) {
    return kinds.get((n + n / kinds.size()) % kinds.size());
  }

  private static Path freshRoot(Path base) throws Exception {
    Path root = temporary.resolve("r" + roots++);
    if (base != null) {
      Jbuild.tool("cp", "-a", base.toString(), root.toString()).succeeded();
    }
    return root;
  }

  private static Result run(Doors doors, Path root, String... command) {
    session.set("JBUILD_ROOT", root.toString());
    return session.jbuild(doors, command);
  }

  /** One command with one fault, and what comes after it. */
  private static final class Trial {
    private final Door door;
    private final Faults faults;
    private final Path root;
    private final String wanted;
    private final List<String> wrong = new ArrayList<>();
    private boolean wasTolerated;

    Trial(Door door, Faults faults, Path root, String wanted) {
      this.door = door;
      this.faults = faults;
      this.root = root;
      this.wanted = wanted;
    }

    private void check(boolean good, String what) {
      if (!good) {
        wrong.add(what);
      }
    }

    List<String> run(String... command) throws Exception {
      Map<String, String> before = Leftovers.descriptors();
      Result failed = FaultsIT.run(door.doors(faults), root, command);
      String struck = faults.struck();
      if (failed.code() == 0) {
        wasTolerated = !struck.isEmpty();
        check(failed.out().equals(wanted), "another image: " + failed.out());
      } else {
        check(!struck.isEmpty(), "failed by itself: " + failed.err());
        checkMessage(failed.err());
      }
      check(Leftovers.threads().isEmpty(), "threads " + Leftovers.threads());
      Leftovers leftovers = new Leftovers(root);
      List<String> temporary = leftovers.temporary();
      boolean couldNotRemove = struck.matches("(delete|move) .*");
      check(temporary.isEmpty() || couldNotRemove, "the command did not tidy up: " + temporary);
      leftovers.makeOwnerDie();

      Result again = FaultsIT.run(door.doors(Faults.none()), root, command);
      check(again.code() == 0, "the next command: " + again.err());
      check(again.out().equals(wanted), "the next command: another image " + again.out());
      check(leftovers.temporary().isEmpty(), "left: " + leftovers.temporary());
      check(leftovers.damage().isEmpty(), "damaged: " + leftovers.damage());
      check(leftovers.mounts().isEmpty(), "mounts " + leftovers.mounts());
      Result fsck = FaultsIT.run(Doors.MACHINE, root, "fsck");
      check(fsck.code() == 0, "fsck: " + fsck.out() + fsck.err());
      check(isTrashEmptied(leftovers, command), "trash is not emptied: " + leftovers.trash());
      check(Leftovers.threads().isEmpty(), "threads " + Leftovers.threads());
      Map<String, String> after = newDescriptors(before);
      for (int i = 0; i < 10 && !after.isEmpty(); i++) { // the JVM itself opens files now and then
        Thread.sleep(10);
        after.entrySet().retainAll(newDescriptors(before).entrySet());
      }
      // An offer that cannot be taken back keeps its mount open, as the other ones are.
      int mayStay = struck.matches("delete .*/mounts/.*") ? 1 : 0;
      check(after.size() <= mayStay, "descriptors " + after);
      return wrong;
    }

    private static Map<String, String> newDescriptors(Map<String, String> before)
        throws IOException {
      Map<String, String> open = new HashMap<>(Leftovers.descriptors());
      open.entrySet().removeAll(before.entrySet());
      return open;
    }

    /** Commands empty it in the background, unless one before them is still at it. */
    private boolean isTrashEmptied(Leftovers leftovers, String... command) throws Exception {
      for (int i = 0; i < 10; i++) {
        FaultsIT.run(door.doors(Faults.none()), root, command);
        if (Leftovers.threads().isEmpty() && leftovers.trash().isEmpty()) {
          return true;
        }
      }
      return false;
    }

    /** One line that says what was tried, on what, and why it failed. */
    private void checkMessage(String message) {
      check(!message.contains("internal error"), "message: " + message);
      check(!message.contains("xception"), "message: " + message);
      check(
          message.toLowerCase(Locale.ROOT).contains(faults.reason()),
          "the message does not say why: " + message);
    }
  }
}
