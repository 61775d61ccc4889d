package jbuild.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jbuild.base.ImportOptions;
import jbuild.base.ImportProgress;
import jbuild.base.ImportedRoot;
import jbuild.base.RootfsBase;
import jbuild.medium.NestedPath;
import jbuild.oci.Digest;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.progress.BuildEvent;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/**
 * Files as bases. The layer is remembered under the file's content and, so that it need not be read
 * again, under what stat(2) tells of it. Directories are read each time.
 */
final class FileBases {
  /** Younger files may change once more within one tick of the clock that stamps them. */
  private static final long SETTLED_MILLIS = 2_000;

  private static final String LABEL = "label ";

  private final BuildCache cache;
  private final StepLocks locks;
  private final Lazy<RootfsBase> roots;

  FileBases(BuildCache cache, StepLocks locks, Lazy<RootfsBase> roots) {
    this.cache = cache;
    this.locks = locks;
    this.roots = roots;
  }

  /** The base, imported if need be. */
  @SuppressWarnings("try") // a lock is held, not looked at
  Bases.Base of(FileBase file, BuildEvent.Step step) throws IOException {
    if (Files.isDirectory(file.path())) {
      return base(record(read(file, null)), false);
    }
    CacheKey seen = seenKey(file);
    Bases.Base known = known(seen);
    if (known != null) {
      return known;
    }
    Digest digest = RootfsBase.digest(file.path());
    CacheKey content =
        CacheKey.of("file base")
            .with("digest", digest.toString())
            .with("inner", String.valueOf(file.inner()))
            .build();
    try (StepLocks.Held lock = locks.acquire(content.digest(), step)) {
      CachedStep before = cache.find(content.digest());
      CachedStep made = before != null ? before : record(read(file, digest));
      cache.store(content, made);
      if (isSettled(file.path())) {
        cache.store(seen, made);
      }
      return base(made, before != null);
    }
  }

  private Bases.@Nullable Base known(CacheKey key) throws IOException {
    CachedStep before = cache.find(key.digest());
    return before == null ? null : base(before, true);
  }

  private ImportedRoot read(FileBase file, @Nullable Digest digest) throws IOException {
    NestedPath inner = file.inner() == null ? null : NestedPath.parse(file.inner());
    ImportOptions options = new ImportOptions(null, 0, inner, List.of(), true, digest);
    return roots.get().read(file.path(), options, new ImportProgress());
  }

  private static CacheKey seenKey(FileBase file) throws IOException {
    Map<String, Object> stat =
        new TreeMap<>(
            Files.readAttributes(file.path(), "unix:dev,ino,size,lastModifiedTime,ctime"));
    return CacheKey.of("file base seen")
        .with("file", file.path().toString())
        .with("inner", String.valueOf(file.inner()))
        .with("stat", stat.toString())
        .build();
  }

  private static boolean isSettled(Path file) throws IOException {
    FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
    return changed.toMillis() + SETTLED_MILLIS < System.currentTimeMillis();
  }

  private static CachedStep record(ImportedRoot root) {
    List<CacheKey.Component> components = new ArrayList<>();
    components.add(new CacheKey.Component("architecture", root.platform().architecture()));
    components.add(new CacheKey.Component("created by", root.createdBy()));
    root.config().env().forEach(e -> components.add(new CacheKey.Component("env", e)));
    root.config().cmd().forEach(c -> components.add(new CacheKey.Component("cmd", c)));
    root.config()
        .labels()
        .forEach((name, value) -> components.add(new CacheKey.Component(LABEL + name, value)));
    return new CachedStep(components, "", StoredLayer.of(root.layer()));
  }

  private static Bases.Base base(CachedStep step, boolean wasKnown) {
    StoredLayer layer = step.layer();
    if (layer == null) {
      throw new IllegalStateException("a base has a layer");
    }
    String architecture = Platform.host().architecture();
    String createdBy = "";
    List<String> env = new ArrayList<>();
    List<String> cmd = new ArrayList<>();
    Map<String, String> labels = new TreeMap<>();
    for (CacheKey.Component component : step.components()) {
      switch (component.name()) {
        case "architecture" -> architecture = component.value();
        case "created by" -> createdBy = component.value();
        case "env" -> env.add(component.value());
        case "cmd" -> cmd.add(component.value());
        default -> labels.put(component.name().substring(LABEL.length()), component.value());
      }
    }
    ImageConfig config =
        new ImageConfig(
            null,
            "",
            new Platform("linux", architecture, null),
            RuntimeConfig.EMPTY.edit().env(env).cmd(cmd).labels(labels).build(),
            List.of(layer.diffId()),
            List.of(new History(layer.created(), createdBy, "", "", false)),
            Map.of());
    return new Bases.Base(config, List.of(layer), wasKnown);
  }
}
