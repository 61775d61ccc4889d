package jbuild.snapshot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import jbuild.cgroup.CgroupHierarchy;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.IndexStore;
import jbuild.layer.KernelTreeRemover;
import jbuild.layer.Layer;
import jbuild.layer.LayerImporter;
import jbuild.layer.LayerTreeBuilder;
import jbuild.layer.TarBytes;
import jbuild.layer.TreeView;
import jbuild.layer.UnionTree;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.ProgramRunner;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import jbuild.oci.Platform;
import jbuild.sandbox.ExitStatus;
import jbuild.sandbox.OverlayMode;
import jbuild.sandbox.RootFilesystem;
import jbuild.sandbox.Sandbox;
import jbuild.sandbox.SandboxProcess;
import jbuild.sandbox.SandboxSpec;
import jbuild.sandbox.Stdio;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Trash;
import jbuild.store.WorkDirs;
import org.jspecify.annotations.Nullable;

/** A store with a snapshotter, and what tests do with the two. */
final class SnapshotFixture implements AutoCloseable {
  static final Platform PLATFORM = new Platform("linux", "amd64", null);

  final Syscalls syscalls = Syscalls.load();
  final DataRoot root;
  final BlobStore blobs;
  final IndexStore indexes;
  final WorkDirs workDirs;
  final Snapshotter snapshotter;
  final List<Digest> layers = new ArrayList<>();
  private final Path places;

  SnapshotFixture(Path store, @Nullable Rung forced) throws IOException {
    this(store, store, forced);
  }

  /** With upper directories elsewhere: not every file system that holds a store can hold them. */
  SnapshotFixture(Path store, Path places, @Nullable Rung forced) throws IOException {
    root = new DataRoot(store).create();
    blobs = new BlobStore(root);
    indexes = new IndexStore(root);
    workDirs = new WorkDirs(root, new Trash(root, new KernelTreeRemover(syscalls)));
    snapshotter = Snapshotter.create(syscalls, root, indexes, workDirs, forced);
    this.places = places;
  }

  SnapshotFixture add(byte[] tar) throws IOException {
    layers.add(importTar(new ByteArrayInputStream(tar)).diffId());
    return this;
  }

  SnapshotFixture add(TarBytes tar) throws IOException {
    return add(tar.end());
  }

  /** A layer with what GNU tar makes of a directory. */
  SnapshotFixture addDirectory(Path directory, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tar", "-C", directory.toString()));
    command.addAll(List.of("--format=posix", "--numeric-owner", "--xattrs", "--xattrs-include=*"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cf", "-", "."));
    Process tar =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = tar.getInputStream()) {
      layers.add(importTar(out).diffId());
    }
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return this;
  }

  /** A layer with a static busybox as {@code /bin/sh} and by other names. */
  SnapshotFixture addBusybox(Path scratch) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(scratch.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String name : List.of("sh", "cat", "ls", "stat", "mv", "mkdir", "sleep", "true", "find")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    return addDirectory(scratch);
  }

  /** Tells {@link OtherHolder} what to mount. */
  void saveLayers() throws IOException {
    Files.write(root.root().resolve("layers"), layers.stream().map(Digest::toString).toList());
  }

  private Layer importTar(InputStream tar) throws IOException {
    return new LayerImporter(blobs, indexes).read("test", tar, LayerTreeBuilder.ofChangeSet());
  }

  UnionTree tree() throws IOException {
    return UnionTree.open(indexes, layers);
  }

  Path freshPlace() throws IOException {
    return Files.createTempDirectory(Files.createDirectories(places), "place");
  }

  ActiveSnapshot prepare(Path... live) throws IOException {
    try (UnionTree tree = tree()) {
      return prepare(tree, new MountPoints(tree), live);
    }
  }

  ActiveSnapshot prepare(TreeView below, MountPoints points, Path... live) throws IOException {
    return snapshotter.prepare(
        indexes.units(layers), List.of(live), below, points, PLATFORM, freshPlace());
  }

  /** The root as a sandbox would see it: a detached mount, which nobody else sees. */
  Fd mount(ActiveSnapshot snapshot) throws IOException {
    RootFilesystem.Overlay overlay = snapshot.root();
    try (Fd context = syscalls.fsopen("overlay");
        Fd upper = directory(overlay.upper());
        Fd work = directory(overlay.work())) {
      for (Fd lower : overlay.lowers()) {
        syscalls.fsconfigFd(context, "lowerdir+", lower);
      }
      syscalls.fsconfigFd(context, "upperdir", upper);
      syscalls.fsconfigFd(context, "workdir", work);
      syscalls.fsconfigString(context, "xino", ByteString.of(overlay.xino() ? "on" : "off"));
      syscalls.fsconfigFlag(context, "volatile");
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, 0);
    }
  }

  /** Without an upper directory: the layers alone. */
  Fd mountReadOnly(ActiveSnapshot snapshot) throws IOException {
    try (Fd context = syscalls.fsopen("overlay")) {
      for (Fd lower : snapshot.root().lowers()) {
        syscalls.fsconfigFd(context, "lowerdir+", lower);
      }
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, 0);
    }
  }

  Fd directory(Path path) throws IOException {
    return syscalls.openat(
        Fd.CWD,
        ByteString.of(path.toString()),
        OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
        0);
  }

  /** What a sandbox printed, and what it left. */
  record Result(ExitStatus status, String output, Path upper) {}

  Result run(String script) throws IOException {
    return run(script, OverlayMode.BY_DESCRIPTOR, builder -> builder);
  }

  Result run(String script, OverlayMode mode, UnaryOperator<SandboxSpec.Builder> change)
      throws IOException {
    try (UnionTree tree = tree()) {
      MountPoints points = new MountPoints(tree);
      for (String own : List.of("/proc", "/sys", "/dev")) {
        points.directory(BytePath.parse(own));
      }
      try (ActiveSnapshot snapshot = prepare(tree, points)) {
        return run(script, snapshot, mode, change);
      }
    }
  }

  Result run(
      String script,
      ActiveSnapshot snapshot,
      OverlayMode mode,
      UnaryOperator<SandboxSpec.Builder> change)
      throws IOException {
    RootFilesystem.Overlay root = snapshot.root();
    RootFilesystem.Overlay asTold =
        new RootFilesystem.Overlay(root.lowers(), root.upper(), root.work(), mode, root.xino());
    Path output = freshPlace().resolve("output");
    int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.CLOEXEC;
    try (Sandbox sandbox =
            new Sandbox(
                syscalls, new ProgramRunner(syscalls), CgroupHierarchy.detect(Path.of("/")));
        Fd in = syscalls.openat(Fd.CWD, ByteString.of("/dev/null"), OpenFlags.RDONLY, 0);
        Fd out = syscalls.openat(Fd.CWD, ByteString.of(output.toString()), flags, 0600)) {
      SandboxSpec.Builder spec =
          SandboxSpec.builder(
                  asTold,
                  List.of(ByteString.of("/bin/sh"), ByteString.of("-c"), ByteString.of(script)))
              .env(List.of(ByteString.of("PATH=/bin")))
              .stdio(new Stdio(in, out, out))
              .name("snapshot-" + System.nanoTime());
      try (SandboxProcess process = sandbox.start(change.apply(spec).build())) {
        ExitStatus status = process.waitFor();
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        return new Result(status, text, root.upper());
      }
    }
  }

  @Override
  public void close() throws IOException {
    snapshotter.close();
  }
}
