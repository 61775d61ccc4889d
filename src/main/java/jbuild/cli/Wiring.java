package jbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.arguments.Arguments;
import jbuild.arguments.UsageException;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.gc.Collector;
import jbuild.layer.IndexStore;
import jbuild.layer.KernelTreeRemover;
import jbuild.linux.Arch;
import jbuild.linux.KernelFloor;
import jbuild.linux.ProgramRunner;
import jbuild.linux.Syscalls;
import jbuild.mount.MountStore;
import jbuild.remote.Remotes;
import jbuild.runner.ContainerStore;
import jbuild.sandbox.CapabilitySet;
import jbuild.sandbox.Sandbox;
import jbuild.seccomp.Architecture;
import jbuild.seccomp.SeccompProfile;
import jbuild.snapshot.Rung;
import jbuild.snapshot.Snapshotter;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import jbuild.store.Lease;
import jbuild.store.Owner;
import jbuild.store.References;
import jbuild.store.StoreSweeper;
import jbuild.store.Trash;
import jbuild.store.TreeRemover;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rooms together, each part when it is first asked for: a command that lists images loads
 * no native code and knows no sandbox.
 */
final class Wiring implements AutoCloseable {
  private final Console console;
  private final Doors doors;
  private final Arguments arguments;
  private @Nullable DataRoot dataRoot;
  private @Nullable BlobStore blobs;
  private @Nullable References references;
  private @Nullable IndexStore indexes;
  private @Nullable Trash trash;
  private boolean bestEffortLimits;
  private String cgroupParent = "";
  private @Nullable Lease lease;
  private @Nullable Sandbox sandbox;

  // These, and what synchronized methods give, are asked for by threads beside as well.
  private final Object syscallsLock = new Object();
  private @Nullable Syscalls syscalls;
  private final Object cgroupsLock = new Object();
  private @Nullable CgroupHierarchy cgroups;
  private final Object seccompFilterLock = new Object();
  private byte @Nullable [] seccompFilter;

  private @Nullable Snapshotter snapshotter;

  Wiring(Console console, Doors doors, Arguments arguments) {
    this.console = console;
    this.doors = doors;
    this.arguments = arguments;
  }

  Console console() {
    return console;
  }

  synchronized DataRoot dataRoot() throws IOException {
    DataRoot root = dataRoot;
    if (root == null) {
      root =
          new DataRoot(doors.dataRoot(GlobalOptions.root(arguments, console.environment())))
              .create();
      dataRoot = root;
    }
    return root;
  }

  BlobStore blobs() throws IOException {
    BlobStore store = blobs;
    if (store == null) {
      store = new BlobStore(dataRoot());
      blobs = store;
    }
    return store;
  }

  References references() throws IOException {
    References known = references;
    if (known == null) {
      known = new References(dataRoot());
      references = known;
    }
    return known;
  }

  ImageStore images() throws IOException {
    return new ImageStore(blobs(), references());
  }

  Syscalls syscalls() {
    synchronized (syscallsLock) {
      Syscalls kernel = syscalls;
      if (kernel == null) {
        kernel = doors.syscalls();
        syscalls = kernel;
      }
      return kernel;
    }
  }

  IndexStore indexes() throws IOException {
    IndexStore store = indexes;
    if (store == null) {
      store = new IndexStore(dataRoot());
      indexes = store;
    }
    return store;
  }

  synchronized Trash trash() throws IOException {
    Trash bin = trash;
    if (bin == null) {
      bin =
          new Trash(
              dataRoot(),
              new TreeRemover() {
                @Override
                public void remove(Path tree) throws IOException {
                  new KernelTreeRemover(syscalls()).remove(tree);
                }
              });
      trash = bin;
    }
    return bin;
  }

  /** What is fetched for builds, within the limits that the environment sets. */
  Remotes remotes() throws IOException {
    try {
      return new Remotes(dataRoot(), FetchLimits.of(console.environment()), console.environment());
    } catch (UsageException wrong) {
      throw new IOException(wrong.getMessage(), wrong);
    }
  }

  InputStream stdin() {
    return doors.stdin();
  }

  WorkDirs workDirs() throws IOException {
    return new WorkDirs(dataRoot(), trash());
  }

  MountStore mounts() throws IOException {
    return new MountStore(dataRoot(), trash());
  }

  ContainerStore containers() throws IOException {
    return new ContainerStore(dataRoot(), trash());
  }

  /** Docker's default filter for the default capabilities, for this machine. */
  byte[] seccompFilter() {
    synchronized (seccompFilterLock) {
      byte[] filter = seccompFilter;
      if (filter == null) {
        filter = compileSeccompFilter();
        seccompFilter = filter;
      }
      return filter;
    }
  }

  private byte[] compileSeccompFilter() {
    Architecture here =
        syscalls().arch() == Arch.X86_64 ? Architecture.X86_64 : Architecture.AARCH64;
    return SeccompProfile.dockerFilter(here, CapabilitySet.DOCKER.bits());
  }

  /** For commands that make things: nothing of what they make or use is collected meanwhile. */
  void keepEverything() throws IOException {
    lease = Lease.onEverything(dataRoot());
  }

  /** The image called {@code typed}, which is kept until the command's end. */
  Image use(String typed) throws IOException {
    Image image = images().require(typed);
    lease = Lease.onImage(dataRoot(), image);
    return image;
  }

  Collector collector() throws IOException {
    return new Collector(dataRoot(), references(), containers(), mounts(), trash());
  }

  AutomaticCollection automaticCollection() throws IOException {
    return new AutomaticCollection(dataRoot(), console.environment());
  }

  /** To be called when a command has added to the store, and all else is done. */
  void collectIfDue(boolean quiet) {
    try {
      if (automaticCollection().startIfDue() && !quiet) {
        console.say("collecting garbage in the background (JBUILD_GC=off switches it off)");
      }
    } catch (IOException | UsageException notNow) {
      // What the command was asked for is done.
      console.say("note: garbage is not collected: " + notNow.getMessage());
    }
  }

  /**
   * Moves away what commands that were killed have left, and begins to remove it. Another thread
   * than the command's own may do it.
   */
  void sweep() throws IOException {
    if (new StoreSweeper(dataRoot(), trash()).sweep() > 0) {
      cgroups();
      mounts().sweep();
    }
    trash().emptyInBackground();
  }

  /**
   * What limits need; before any sandbox.
   *
   * @param bestEffort whether those that cannot be enforced are dropped with a message
   * @param parent of the groups, where killed commands may have left some; empty for jbuild's own
   */
  void limits(boolean bestEffort, String parent) {
    synchronized (cgroupsLock) {
      bestEffortLimits = bestEffort;
      cgroupParent = parent;
    }
  }

  /** Control groups of commands that were killed; only root makes any. */
  void removeAbandonedCgroups() throws IOException {
    if (isRoot()) {
      cgroups();
    }
  }

  /** {@link #sweep} on another thread. */
  Beside beginSweeping() {
    return Beside.start(
        "sweep",
        new Beside.Work() {
          @Override
          public void run() throws IOException {
            sweep();
          }
        });
  }

  /** This machine's control groups, without those of commands that were killed. */
  CgroupHierarchy cgroups() throws IOException {
    synchronized (cgroupsLock) {
      CgroupHierarchy known = cgroups;
      if (known == null) {
        known = findCgroups();
        cgroups = known;
      }
      return known;
    }
  }

  private CgroupHierarchy findCgroups() throws IOException {
    CgroupHierarchy found = CgroupHierarchy.detect(Path.of("/"));
    Owner self = dataRoot().owner();
    CgroupHierarchy.Abandoned abandoned =
        new CgroupHierarchy.Abandoned() {
          @Override
          public boolean test(String name) throws IOException {
            Owner owner = Owner.parse(name);
            return owner != null && owner.isDead(self);
          }
        };
    found.remove(abandoned);
    if (!cgroupParent.isEmpty()) {
      found.remove(cgroupParent, abandoned);
    }
    return bestEffortLimits ? found.bestEffort(new DroppedLimits(console)::say) : found;
  }

  /** Begins, on another thread, with what every sandbox needs whatever the image: 15 ms. */
  void prepareSandbox() {
    Thread thread =
        new Thread("prepare sandbox") {
          @Override
          public void run() {
            loadForSandbox();
          }
        };
    thread.setDaemon(true);
    thread.start();
  }

  private void loadForSandbox() {
    try {
      seccompFilter();
      cgroups();
    } catch (IOException | RuntimeException | LinkageError again) {
      // whoever needs it meets the same, and says so
    }
  }

  Sandbox sandbox() throws IOException {
    Sandbox box = sandbox;
    if (box == null) {
      Syscalls kernel = syscalls();
      try {
        KernelFloor.check(kernel);
      } catch (UnsupportedOperationException tooOld) {
        throw new IOException(tooOld.getMessage(), tooOld);
      }
      box = new Sandbox(kernel, new ProgramRunner(kernel), cgroups());
      sandbox = box;
    }
    return box;
  }

  /** Mounts and namespaces are root's as yet; said before anything is tried. */
  void requireRoot(String message) throws IOException {
    if (!isRoot()) {
      throw new IOException(message);
    }
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  Snapshotter snapshotter() throws IOException {
    Snapshotter known = snapshotter;
    if (known == null) {
      requireRoot(
          "start a sandbox: only root can do this yet (builds without RUN, import, export and"
              + " rootfs work for everyone)");
      String forced = console.environment().getOrDefault("JBUILD_SNAPSHOTTER", "");
      Rung rung;
      try {
        rung = forced.isEmpty() ? null : Rung.parse(forced);
      } catch (IllegalArgumentException unknown) {
        throw new IOException(unknown.getMessage(), unknown);
      }
      known = Snapshotter.create(syscalls(), dataRoot(), indexes(), workDirs(), rung);
      snapshotter = known;
    }
    return known;
  }

  /** Gives up what was opened. What is in the trash then is removed by the next command. */
  @Override
  public void close() throws IOException {
    if (sandbox != null) {
      sandbox.close();
    }
    if (snapshotter != null) {
      snapshotter.close();
    }
    if (lease != null) {
      lease.close();
    }
  }
}
