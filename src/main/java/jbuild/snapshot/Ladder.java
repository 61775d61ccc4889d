package jbuild.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Function;
import jbuild.io.BytePath;
import jbuild.layer.LayerUnit;
import jbuild.layer.UnionTree;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * Tries the rungs from the best down, by doing what is asked for; the first that works is kept, and
 * remembered in the data root for as long as the kernel stays the same. Versions are never asked:
 * distributions carry features forward and take them away.
 */
final class Ladder implements LayerMounter {
  private final Function<Rung, LayerMounter> mounters;
  private final @Nullable DataRoot memory;
  private final String kernel;
  private Rung rung;
  private LayerMounter mounter;
  private boolean proven;

  private Ladder(
      Function<Rung, LayerMounter> mounters, @Nullable DataRoot memory, String kernel, Rung first) {
    this.mounters = mounters;
    this.memory = memory;
    this.kernel = kernel;
    this.rung = first;
    this.mounter = mounters.apply(first);
  }

  /** A ladder of one rung: what JBUILD_SNAPSHOTTER asks for, or an error. */
  static Ladder forced(Function<Rung, LayerMounter> mounters, Rung rung) {
    Ladder ladder = new Ladder(mounters, null, "", rung);
    ladder.proven = true;
    return ladder;
  }

  /**
   * Makes one that starts where the last one ended.
   *
   * @param memory where the result is remembered
   * @param kernel release of the running kernel
   */
  static Ladder probing(Function<Rung, LayerMounter> mounters, DataRoot memory, String kernel)
      throws IOException {
    return new Ladder(mounters, memory, kernel, remembered(memory, kernel));
  }

  /** Best of all, unless there is a line {@code RUNG KERNEL} for this kernel. */
  private static Rung remembered(DataRoot memory, String kernel) throws IOException {
    Path file = file(memory);
    if (Files.exists(file)) {
      String line = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (Rung rung : Rung.values()) {
        if (line.equals(line(rung, kernel))) {
          return rung;
        }
      }
    }
    return Rung.EROFS;
  }

  private static Path file(DataRoot memory) {
    return memory.root().resolve("cache").resolve("snapshotter");
  }

  private static String line(Rung rung, String kernel) {
    return rung.label() + " " + kernel + "\n";
  }

  synchronized Rung rung() {
    return rung;
  }

  @Override
  public synchronized Fd mount(LayerUnit unit) throws IOException {
    while (true) {
      try {
        Fd mounted = mounter.mount(unit);
        proven = true;
        return mounted;
      } catch (ErrnoException failure) {
        // Once a rung has carried a layer, a failure speaks of the layer and not of the machine.
        if (proven || rung == Rung.DIRECTORY || !Rung.isRefusal(failure)) {
          throw failure;
        }
        check(unit, failure);
        stepDown();
      }
    }
  }

  /** The kernel refuses a damaged index with the same numbers as one that it does not know. */
  private static void check(LayerUnit unit, ErrnoException failure) throws IOException {
    try (UnionTree tree = UnionTree.open(List.of(unit))) {
      tree.list(BytePath.ROOT);
    } catch (IOException damaged) {
      damaged.addSuppressed(failure);
      throw damaged;
    }
  }

  private void stepDown() throws IOException {
    rung = rung == Rung.EROFS ? Rung.LOOP : Rung.DIRECTORY;
    mounter = mounters.apply(rung);
    if (memory != null) {
      Path temporary = memory.tmp().resolve(memory.freshName());
      Files.writeString(temporary, line(rung, kernel), StandardCharsets.UTF_8);
      Files.move(temporary, file(memory), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
