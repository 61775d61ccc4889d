package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.graph.InputRef;
import jbuild.graph.RunMount;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.Inode;
import jbuild.layer.TreeView;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import jbuild.oci.Platform;
import jbuild.sandbox.MountOp;
import jbuild.snapshot.ActiveSnapshot;
import jbuild.snapshot.MountPoints;
import jbuild.snapshot.Snapshotter;
import jbuild.store.CacheMounts;
import org.jspecify.annotations.Nullable;

/**
 * The {@code --mount}s of one RUN, made ready: what the sandbox is to mount, the variables that go
 * with it, and what has to be given back when the step has ended.
 */
final class RunMounts implements AutoCloseable {
  private static final int TMPFS_MODE = 01777;

  private final Syscalls syscalls;
  private final Snapshotter snapshotter;
  private final CacheMounts caches;
  private final MountSources sources;
  private final RunSettings settings;
  private final Platform platform;
  private final Path place;
  private final MountPoints points;
  private final StepOutput output;
  private final Map<String, CacheMounts.Held> held = new HashMap<>();
  private final List<MountOp> mounts = new ArrayList<>();
  private final List<String> environment = new ArrayList<>();
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

  private List<RunMount> all = List.of();
  private int directories;

  RunMounts(
      Syscalls syscalls,
      Snapshotter snapshotter,
      CacheMounts caches,
      MountSources sources,
      RunRequest request,
      Path place,
      MountPoints points,
      StepOutput output) {
    this.syscalls = syscalls;
    this.snapshotter = snapshotter;
    this.caches = caches;
    this.sources = sources;
    this.settings = request.settings();
    this.platform = request.platform();
    this.place = place;
    this.points = points;
    this.output = output;
  }

  /** In the order in which they are to be mounted. */
  List<MountOp> mounts() {
    return mounts;
  }

  /** {@code NAME=VALUE}, no part of what the step's result depends on. */
  List<String> environment() {
    return environment;
  }

  /** Makes all ready; what was made before a failure is given back by {@link #close}. */
  void prepare(List<RunMount> wanted) throws IOException {
    all = wanted;
    takeCaches(wanted);
    List<RunMount> outermostFirst = new ArrayList<>(wanted);
    outermostFirst.sort(Comparator.comparingInt(RunMounts::depth));
    for (RunMount mount : outermostFirst) {
      try {
        prepare(mount);
      } catch (IllegalArgumentException refused) { // a place that the sandbox needs itself
        throw new IOException(refused.getMessage(), refused);
      }
    }
  }

  private static int depth(RunMount mount) {
    String target = target(mount);
    return BytePath.parse(target).names().size();
  }

  private static String target(RunMount mount) {
    if (mount instanceof RunMount.Bind bind) {
      return bind.target();
    }
    if (mount instanceof RunMount.Cache cache) {
      return cache.target();
    }
    if (mount instanceof RunMount.Tmpfs tmpfs) {
      return tmpfs.target();
    }
    if (mount instanceof RunMount.Ssh ssh) {
      return ssh.target();
    }
    String target = ((RunMount.Secret) mount).target();
    return target == null ? "/" : target;
  }

  private void prepare(RunMount mount) throws IOException {
    if (mount instanceof RunMount.Bind bind) {
      bind(bind);
    } else if (mount instanceof RunMount.Cache cache) {
      cache(cache);
    } else if (mount instanceof RunMount.Tmpfs tmpfs) {
      BytePath target = point(tmpfs.target(), true);
      mounts.add(new MountOp.Tmpfs(target, tmpfs.size(), TMPFS_MODE, below(tmpfs.target())));
    } else if (mount instanceof RunMount.Secret secret) {
      secret(secret);
    } else if (mount instanceof RunMount.Ssh ssh) {
      agent(ssh);
    }
  }

  private void bind(RunMount.Bind bind) throws IOException {
    MountSources.Source source = sources.of(bind.from());
    BytePath path = BytePath.parse(bind.source());
    StageFileSystem layers = source.layers();
    if (layers != null) {
      stack(bind, source, layers, path);
      return;
    }
    Inode inode = find(source.tree(), path);
    boolean isDirectory = inode instanceof Directory;
    BytePath target = point(bind.target(), isDirectory);
    List<MountOp.Place> places = below(bind.target());
    boolean asItIs = bind.readOnly() && places.isEmpty() && MountCopy.isRoots(inode);
    Path onDisk = asItIs ? source.tree().onDisk(path) : null;
    if (onDisk != null) {
      mounts.add(new MountOp.HostBind(onDisk, target, true, true));
      return;
    }
    Path copy = MountCopy.write(syscalls, inode, source.tree().keepsOwners(), freshPath());
    makePlaces(copy, places);
    mounts.add(new MountOp.HostBind(copy, target, bind.readOnly(), false));
  }

  private void stack(
      RunMount.Bind bind, MountSources.Source source, StageFileSystem layers, BytePath path)
      throws IOException {
    TreeView view = layers.view();
    BytePath inside = view.resolve(path, true);
    Entry entry = view.lookup(inside);
    if (entry == null && !inside.isRoot()) {
      throw missing(source.tree(), path);
    }
    boolean isDirectory = entry == null || entry.isDirectory();
    BytePath target = point(bind.target(), isDirectory);
    MountPoints inner = new MountPoints(view);
    for (MountOp.Place place : below(bind.target())) {
      BytePath at = inside;
      for (ByteString name : place.path().names()) {
        at = at.child(name);
      }
      if (place.isDirectory()) {
        inner.directory(at);
      } else {
        inner.file(at);
      }
    }
    ActiveSnapshot snapshot =
        snapshotter.prepare(
            layers.finishedUnits(),
            List.of(),
            view,
            inner,
            platform,
            Files.createDirectory(freshPath()));
    toClose.push(snapshot);
    mounts.add(new MountOp.Stack(snapshot.root(), inside, target, bind.readOnly()));
  }

  private static Inode find(CopySource tree, BytePath path) throws IOException {
    Inode inode = tree.open(path);
    if (inode == null) {
      throw missing(tree, path);
    }
    return inode;
  }

  private static IOException missing(CopySource tree, BytePath path) throws IOException {
    return new CopyException("mount " + path + ": " + tree.whyMissing(path));
  }

  /** In the order of their keys: two steps that want the same caches never wait for each other. */
  private void takeCaches(List<RunMount> wanted) throws IOException {
    Map<String, RunMount.Cache> byKey = new TreeMap<>();
    for (RunMount mount : wanted) {
      if (mount instanceof RunMount.Cache cache) {
        byKey.putIfAbsent(key(cache).hex(), cache);
      }
    }
    for (Map.Entry<String, RunMount.Cache> entry : byKey.entrySet()) {
      RunMount.Cache cache = entry.getValue();
      Digest key = new Digest(entry.getKey());
      CacheMounts.Filler filler = directory -> fill(directory, cache);
      CacheMounts.Held taken =
          switch (cache.sharing()) {
            case SHARED -> caches.shared(key, cache.id(), filler);
            case PRIVATE -> caches.separate(key, cache.id(), filler);
            case LOCKED ->
                caches.locked(
                    key,
                    cache.id(),
                    filler,
                    () ->
                        output.say("(waits for cache " + cache.id() + ", which another step has)"));
          };
      toClose.push(taken);
      held.put(entry.getKey(), taken);
    }
  }

  /** As in BuildKit, caches that begin in another way are others. */
  private static Digest key(RunMount.Cache cache) {
    return CacheKey.of("cache mount")
        .with("id", cache.id())
        .with("from", cache.from().toString())
        .with("source", cache.source())
        .with("owner", String.valueOf(cache.owner()))
        .build()
        .digest();
  }

  private void fill(Path directory, RunMount.Cache cache) throws IOException {
    RunMount.@Nullable Owner owner = cache.owner();
    if (!(cache.from() instanceof InputRef.Scratch)) {
      MountSources.Source source = sources.of(cache.from());
      BytePath path = BytePath.parse(cache.source());
      Inode inode = find(source.tree(), path);
      if (!(inode instanceof Directory)) {
        throw new CopyException(
            "mount " + path + ": a cache begins with a directory, and it is none");
      }
      MountCopy.write(syscalls, inode, source.tree().keepsOwners(), directory);
    }
    if (owner != null) {
      ByteString name = ByteString.of(directory.toString());
      syscalls.fchownat(Fd.CWD, name, owner.uid(), owner.gid(), 0);
      syscalls.fchmodat(Fd.CWD, name, owner.mode());
    }
  }

  private void cache(RunMount.Cache cache) throws IOException {
    CacheMounts.Held taken = held.get(key(cache).hex());
    if (taken == null) {
      throw new IllegalStateException("not taken: " + cache);
    }
    BytePath target = point(cache.target(), true);
    makePlaces(taken.data(), below(cache.target()));
    mounts.add(new MountOp.HostBind(taken.data(), target, cache.readOnly(), false));
  }

  private void secret(RunMount.Secret secret) throws IOException {
    byte[] value = settings.secrets().find(secret.id());
    if (value == null) {
      if (secret.required()) {
        throw new IOException(
            "secret "
                + secret.id()
                + ": it is required and was not given (--secret id="
                + secret.id()
                + ",src=FILE)");
      }
      return;
    }
    String variable = secret.variable();
    if (variable != null) {
      String text = new String(value, StandardCharsets.UTF_8);
      if (text.indexOf('\0') >= 0) {
        throw new IOException(
            "secret " + secret.id() + ": a zero byte cannot be in a variable (mount it as a file)");
      }
      environment.add(variable + "=" + text);
    }
    String target = secret.target();
    if (target != null) {
      RunMount.Owner owner = secret.owner();
      mounts.add(
          new MountOp.MemoryFile(
              point(target, false), value, owner.uid(), owner.gid(), owner.mode()));
    }
  }

  private void agent(RunMount.Ssh ssh) throws IOException {
    Path agent = settings.agents().get(ssh.id());
    if (agent == null) {
      if (ssh.required()) {
        throw new IOException(
            "SSH agent "
                + ssh.id()
                + ": it is required and was not given (--ssh "
                + ssh.id()
                + ")");
      }
      return;
    }
    AgentProxy proxy =
        AgentProxy.start(syscalls, agent, Files.createDirectory(freshPath()), ssh.owner());
    toClose.push(proxy);
    mounts.add(new MountOp.HostBind(proxy.socket(), point(ssh.target(), false), true, false));
    if (environment.stream().noneMatch(line -> line.startsWith("SSH_AUTH_SOCK="))) {
      environment.add("SSH_AUTH_SOCK=" + ssh.target());
    }
  }

  private BytePath point(String written, boolean isDirectory) throws IOException {
    BytePath path = BytePath.parse(written);
    return isDirectory ? points.directory(path) : points.file(path);
  }

  /**
   * The places of the other mounts that will be below {@code target}, where they may be missing.
   */
  private List<MountOp.Place> below(String target) throws IOException {
    List<MountOp.Place> places = new ArrayList<>();
    BytePath above = BytePath.parse(target);
    for (RunMount mount : all) {
      BytePath path = BytePath.parse(target(mount));
      if (path.startsWith(above) && !path.equals(above)) {
        List<ByteString> names = path.names().subList(above.names().size(), path.names().size());
        places.add(new MountOp.Place(BytePath.of(names), isDirectory(mount)));
      }
    }
    return places;
  }

  private boolean isDirectory(RunMount mount) throws IOException {
    if (mount instanceof RunMount.Bind bind) {
      MountSources.Source source = sources.of(bind.from());
      return find(source.tree(), BytePath.parse(bind.source())) instanceof Directory;
    }
    return mount instanceof RunMount.Cache || mount instanceof RunMount.Tmpfs;
  }

  private void makePlaces(Path top, List<MountOp.Place> places) throws IOException {
    for (MountOp.Place place : places) {
      NestedPoint.make(syscalls, top, place);
    }
  }

  private Path freshPath() {
    directories++;
    return place.resolve("mount" + directories);
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (IOException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        first = first == null ? new IOException(e) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
