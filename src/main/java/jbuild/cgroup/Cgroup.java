package jbuild.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A group of processes with limits: one directory in each hierarchy that enforces one of them.
 * Closing it removes the directories; its processes must have ended or are killed.
 */
public final class Cgroup implements AutoCloseable {
  /** A process leaves its group a moment after it can be waited for; the rmdir then is EBUSY. */
  private static final int REMOVAL_ATTEMPTS = 200;

  private final List<Path> directories;
  private final Map<Controller, Path> version1;
  private final @Nullable Path version2;
  private final byte @Nullable [] deviceProgram;
  private final List<Path> parents;

  /**
   * A group.
   *
   * @param parents were made for it, the deepest first, and go with it if nothing else is in them
   */
  Cgroup(
      List<Path> directories,
      Map<Controller, Path> version1,
      @Nullable Path version2,
      byte @Nullable [] deviceProgram,
      List<Path> parents) {
    this.directories = directories;
    this.version1 = version1;
    this.version2 = version2;
    this.deviceProgram = deviceProgram;
    this.parents = parents;
  }

  /** What is left of a group in one hierarchy, to be removed. */
  static Cgroup of(Path directory) {
    return new Cgroup(List.of(directory), Map.of(), null, null, List.of());
  }

  /** The version 2 directory for clone3(2)'s CLONE_INTO_CGROUP. */
  public Optional<Path> unifiedDirectory() {
    return Optional.ofNullable(version2);
  }

  /**
   * The eBPF program that permits devices, to be attached to {@link #unifiedDirectory} before a
   * process is in it; empty where version 1 has the list, or nobody asked for one.
   */
  public Optional<byte[]> deviceProgram() {
    return Optional.ofNullable(deviceProgram);
  }

  /** The version 1 files to which a process writes {@code 0} to join. */
  public List<Path> joinFiles() {
    List<Path> files = new ArrayList<>();
    for (Path directory : directories) {
      if (!directory.equals(version2)) {
        files.add(directory.resolve("cgroup.procs"));
      }
    }
    return files;
  }

  public CgroupStats stats() throws IOException {
    Path memory = version1.get(Controller.MEMORY);
    Path pids = version1.getOrDefault(Controller.PIDS, version2);
    long peak = 0;
    long oomKills = 0;
    if (memory != null) {
      peak = Version1.memoryPeak(memory);
      oomKills = Version1.oomKills(memory);
    } else if (version2 != null) {
      peak = Version2.memoryPeak(version2);
      oomKills = Version2.oomKills(version2);
    }
    long refused = pids == null ? 0 : ControlFile.keyed(pids.resolve("pids.events"), "max");
    return new CgroupStats(peak, oomKills, refused);
  }

  /** What it uses now, for people who watch it. */
  public CgroupUsage usage() throws IOException {
    return new UsageReader(version1, version2).read(processes().size());
  }

  /** Stops all processes of the group until {@link #thaw}; returns when they have stopped. */
  public void freeze() throws IOException {
    freezer().set(true);
  }

  public void thaw() throws IOException {
    freezer().set(false);
  }

  public boolean isFrozen() throws IOException {
    return freezer().isFrozen();
  }

  private Freezer freezer() throws CgroupException {
    return Freezer.of(version1.get(Controller.FREEZER), version2);
  }

  /** The pids of the processes in the group. */
  public List<Long> processes() throws IOException {
    List<Long> pids = new ArrayList<>();
    for (Path directory : directories) {
      try {
        for (String line : Files.readAllLines(directory.resolve("cgroup.procs"))) {
          long pid = Long.parseLong(line.strip());
          if (!pids.contains(pid)) {
            pids.add(pid);
          }
        }
      } catch (NoSuchFileException removed) {
        // Somebody else has removed the group, which the kernel permits only when it is empty.
      }
    }
    return pids;
  }

  /** Kills every process in the group. Returns before they have ended. */
  public void kill() throws IOException {
    for (Path directory : directories) {
      Freezer.release(directory); // in version 1 a frozen process does not even die
    }
    if (version2 != null && Files.exists(version2.resolve("cgroup.kill"))) { // since Linux 5.14
      ControlFile.write(version2.resolve("cgroup.kill"), "1");
      return;
    }
    for (long pid : processes()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Removes the group; kills what is still in it. Idempotent. */
  @Override
  public void close() throws IOException {
    for (Path directory : directories) {
      remove(directory);
    }
    for (Path parent : parents) {
      try {
        Files.deleteIfExists(parent);
      } catch (IOException inUse) {
        return; // by another group, whose command removes it or leaves it
      }
    }
  }

  /** For the end of a first process that was frozen: where that would keep it from dying. */
  public void letDie() throws IOException {
    Path directory = version1.get(Controller.FREEZER);
    if (directory != null) {
      Freezer.release(directory);
    }
  }

  private void remove(Path directory) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        if (attempt == REMOVAL_ATTEMPTS) {
          throw new CgroupException(
              "remove the control group " + directory + ": " + e.getMessage(), e);
        }
        if (attempt % 20 == 0) {
          kill(); // again and again: a process may fork between the list and the signal
        }
        pause(attempt);
      }
    }
  }

  /** Most removals succeed within one millisecond; the whole wait is about two seconds. */
  private static void pause(int attempt) throws CgroupException {
    try {
      Thread.sleep(attempt < 10 ? 1 : 10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CgroupException("remove a control group: interrupted", e);
    }
  }
}
