package jbuild.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jbuild.graph.InlineFile;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.LayerTree;
import jbuild.layer.TreeView;
import jbuild.layer.UpperdirScanner;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.sandbox.Environment;
import jbuild.sandbox.ExitStatus;
import jbuild.sandbox.Identity;
import jbuild.sandbox.MountOp;
import jbuild.sandbox.Sandbox;
import jbuild.sandbox.SandboxProcess;
import jbuild.sandbox.SandboxSpec;
import jbuild.sandbox.Stdio;
import jbuild.snapshot.ActiveSnapshot;
import jbuild.snapshot.ImageUsers;
import jbuild.snapshot.MountPoints;
import jbuild.snapshot.Snapshotter;
import jbuild.store.CacheMounts;
import org.jspecify.annotations.Nullable;

/**
 * RUN: one command in a fresh sandbox on the layers so far. What it changed is found by looking at
 * the upper directory alone, so a step costs what it changes, however large the layers below are.
 */
public final class RunStep {
  private static final String HOSTNAME = "jbuild";

  /** Where BuildKit puts a script (convert.go, dispatchRun). */
  private static final String SCRIPTS = "/dev/pipes/";

  private final Syscalls syscalls;
  private final Sandbox sandbox;
  private final Snapshotter snapshotter;
  private final CacheMounts caches;
  private final byte[] seccomp;

  /**
   * @param caches what {@code --mount=type=cache} mounts
   */
  public RunStep(
      Syscalls syscalls,
      Sandbox sandbox,
      Snapshotter snapshotter,
      CacheMounts caches,
      byte[] seccomp) {
    this.caches = caches;
    this.syscalls = syscalls;
    this.sandbox = sandbox;
    this.snapshotter = snapshotter;
    this.seccomp = seccomp.clone();
  }

  /**
   * What the step changed.
   *
   * @param tree the change set; contents are still in {@code upper}
   * @param upper a lower directory that shows the same
   */
  public record Changes(LayerTree tree, Path upper) {
    public boolean isEmpty() {
      return tree.root().children().isEmpty() && !tree.rootSpecified();
    }
  }

  /**
   * Runs the command to its end.
   *
   * @param sources of what it mounts
   * @param place an empty directory of the step's own
   * @param output gets what the command prints
   * @throws RunFailedException when it ends otherwise than with exit code 0
   */
  public Changes execute(
      StageFileSystem files,
      RunRequest request,
      MountSources sources,
      Path place,
      StepOutput output)
      throws IOException {
    TreeView view = files.view();
    MountPoints points = new MountPoints(view);
    List<MountOp> mounts =
        points.standard(place, HOSTNAME, request.network(), request.settings().hosts());
    InlineFile script = request.script();
    if (script != null) {
      mounts.add(script(script, place));
    }
    BytePath cwd = points.directory(BytePath.parse(request.workingDir()));
    try (RunMounts own =
        new RunMounts(syscalls, snapshotter, caches, sources, request, place, points, output)) {
      own.prepare(request.mounts());
      mounts.addAll(own.mounts());
      try (ActiveSnapshot snapshot =
          snapshotter.prepare(
              files.finishedUnits(),
              files.liveDirectories(),
              view,
              points,
              request.platform(),
              place)) {
        // A work directory's name says who owns it, and so does the control group's.
        String name = place.getFileName().toString();
        SandboxSpec.Builder spec = spec(request, view, snapshot, own.environment(), cwd, name);
        run(spec.mounts(mounts), request.flags().timeoutNanos(), output);
        return changes(snapshot, view);
      }
    }
  }

  private SandboxSpec.Builder spec(
      RunRequest request,
      TreeView view,
      ActiveSnapshot snapshot,
      List<String> environment,
      BytePath cwd,
      String name)
      throws IOException {
    Identity who = ImageUsers.resolve(view, request.user());
    Environment variables =
        new Environment().set(request.env()).set(request.proxyEnv()).set(environment);
    SandboxSpec.Builder spec =
        SandboxSpec.builder(snapshot.root(), ByteString.listOf(request.argv()))
            .env(variables.completeFor(who))
            .cwd(cwd)
            .user(who.uid(), who.gid(), who.groups())
            .hostname(ByteString.of(HOSTNAME))
            .network(request.network())
            .limits(request.limits())
            .rlimits(request.settings().rlimits())
            .shmBytes(request.settings().shmBytes())
            .seccomp(seccomp)
            .name(name);
    return request.flags().insecure() ? spec.allRights() : spec;
  }

  /** A here-document that says itself who runs it, where the command line expects it. */
  private static MountOp script(InlineFile script, Path place) throws IOException {
    Path directory = Files.createDirectory(place.resolve("script"));
    Path file = Files.writeString(directory.resolve("script"), script.content());
    // Whatever the umask: USER need not be root.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new MountOp.DeviceFile(file, BytePath.parse(SCRIPTS + script.name()));
  }

  private void run(SandboxSpec.Builder spec, @Nullable Long timeoutNanos, StepOutput output)
      throws IOException {
    ExitStatus status;
    boolean late;
    try (Syscalls.Pipe pipe = syscalls.pipe2(OpenFlags.CLOEXEC);
        Fd nothing =
            syscalls.openat(
                Fd.CWD, ByteString.of("/dev/null"), OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0)) {
      Fd out = pipe.writeEnd();
      try (SandboxProcess process =
          sandbox.start(spec.stdio(new Stdio(nothing, out, out)).build())) {
        out.close();
        Thread reader = output.drain(syscalls, pipe.readEnd());
        // With PID 1 the whole pid namespace ends, so the pipe has no writer left after this.
        try (Deadline deadline = Deadline.start(timeoutNanos, process)) {
          status = process.waitFor();
          late = deadline.isOver();
        }
        output.join(reader);
      }
    }
    if (!status.isSuccess()) {
      throw new RunFailedException(
          status,
          late && timeoutNanos != null
              ? "was ended after " + Deadline.inWords(timeoutNanos) + " (its --timeout)"
              : status.inWords(),
          output.lastLines());
    }
  }

  private Changes changes(ActiveSnapshot snapshot, TreeView view) throws IOException {
    UpperdirScanner scanner = new UpperdirScanner(syscalls, false);
    UpperdirScanner.Changes changes = scanner.scan(snapshot.upper(), view);
    if (!changes.sockets().isEmpty()) {
      scanner.removeSockets(snapshot.upper(), changes);
    }
    return new Changes(changes.tree(), snapshot.upper());
  }
}
