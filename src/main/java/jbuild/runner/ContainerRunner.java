package jbuild.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerUnit;
import jbuild.layer.UnionTree;
import jbuild.linux.Syscalls;
import jbuild.sandbox.Environment;
import jbuild.sandbox.ExitStatus;
import jbuild.sandbox.Identity;
import jbuild.sandbox.MountOp;
import jbuild.sandbox.Sandbox;
import jbuild.sandbox.SandboxProcess;
import jbuild.sandbox.SandboxSpec;
import jbuild.snapshot.ActiveSnapshot;
import jbuild.snapshot.ImageUsers;
import jbuild.snapshot.MountPoints;
import jbuild.snapshot.Snapshotter;

/** Runs a container in the foreground: from the image to the exit status. */
public final class ContainerRunner {
  private final Syscalls syscalls;
  private final Sandbox sandbox;
  private final Snapshotter snapshotter;
  private final IndexStore indexes;
  private final byte[] seccomp;

  public ContainerRunner(
      Syscalls syscalls,
      Sandbox sandbox,
      Snapshotter snapshotter,
      IndexStore indexes,
      byte[] seccomp) {
    this.syscalls = syscalls;
    this.sandbox = sandbox;
    this.snapshotter = snapshotter;
    this.indexes = indexes;
    this.seccomp = seccomp.clone();
  }

  /**
   * Runs the container on the calling thread until its first process has ended.
   *
   * @param place an empty directory of the container's own
   * @param name for its control group
   * @param started gets the process, to pass signals on to it
   */
  public ExitStatus run(
      ContainerSpec spec, Path place, String name, Consumer<SandboxProcess> started)
      throws IOException {
    List<String> argv = spec.argv();
    if (argv.isEmpty()) {
      throw new ContainerException(
          "run container: no command: neither the image nor the command line has one");
    }
    List<LayerUnit> units = indexes.units(spec.diffIds());
    try (UnionTree image = UnionTree.open(units)) {
      MountPoints points = new MountPoints(image);
      List<MountOp> mounts = points.standard(place, spec.hostname(), spec.network());
      mounts.addAll(volumes(spec, points));
      BytePath cwd = points.directory(BytePath.parse(workingDir(spec)));
      try (ActiveSnapshot snapshot =
              snapshotter.prepare(units, List.of(), image, points, spec.platform(), place);
          Streams streams = new Streams(syscalls, spec.interactive())) {
        Identity who =
            ImageUsers.resolve(image, spec.user() == null ? spec.config().user() : spec.user());
        SandboxSpec confined =
            SandboxSpec.builder(snapshot.root(), ByteString.listOf(argv))
                .mounts(mounts)
                .env(environment(spec, who))
                .cwd(cwd)
                .user(who.uid(), who.gid(), who.groups())
                .hostname(ByteString.of(spec.hostname()))
                .network(spec.network())
                .limits(spec.limits())
                .readOnlyRoot(spec.readOnlyRoot())
                .stdio(streams.stdio())
                .seccomp(seccomp)
                .name(name)
                .build();
        try (SandboxProcess process = sandbox.start(confined)) {
          streams.start();
          started.accept(process);
          ExitStatus status = process.waitFor();
          streams.finish();
          return status;
        }
      }
    }
  }

  private static String workingDir(ContainerSpec spec) {
    String wanted = spec.workingDir() == null ? spec.config().workingDir() : spec.workingDir();
    return wanted.isEmpty() ? "/" : wanted;
  }

  private static List<MountOp> volumes(ContainerSpec spec, MountPoints points) throws IOException {
    List<MountOp> mounts = new ArrayList<>();
    for (ContainerSpec.Volume volume : spec.volumes()) {
      if (!Files.exists(volume.source())) {
        throw new ContainerException(
            "mount " + volume.source() + " on " + volume.target() + ": no such file or directory");
      }
      BytePath target =
          Files.isDirectory(volume.source())
              ? points.directory(volume.target())
              : points.file(volume.target());
      mounts.add(new MountOp.HostBind(volume.source(), target, volume.readOnly(), true));
    }
    return mounts;
  }

  private static List<ByteString> environment(ContainerSpec spec, Identity who) {
    return new Environment()
        .set(spec.config().env())
        .set(spec.env())
        .setIfMissing("HOSTNAME", ByteString.of(spec.hostname()))
        .completeFor(who);
  }
}
