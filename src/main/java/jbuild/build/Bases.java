package jbuild.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.base.HostBase;
import jbuild.base.HostWitness;
import jbuild.oci.Descriptor;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import jbuild.progress.BuildEvent;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import org.jspecify.annotations.Nullable;

/** Where FROM finds what it names. */
final class Bases {
  static final String HOST = "host";
  static final String SCRATCH = "scratch";

  private static final Path HOST_ROOT = Path.of("/");

  /**
   * An image to start from.
   *
   * @param layers bottom first
   * @param wasKnown whether nothing had to be made for it
   */
  record Base(ImageConfig config, List<StoredLayer> layers, boolean wasKnown) {}

  private final BuildCache cache;
  private final LayerJobs jobs;
  private final StepLocks locks;

  Bases(BuildCache cache, LayerJobs jobs, StepLocks locks) {
    this.cache = cache;
    this.jobs = jobs;
    this.locks = locks;
  }

  /** Nothing at all. */
  static Base scratch(Platform platform) {
    return new Base(ImageConfig.empty(platform), List.of(), true);
  }

  /** An image of the store, which is kept there as long as this command needs it. */
  static Base image(ImageStore images, Image image) throws IOException {
    images.keep(image);
    List<StoredLayer> layers = new ArrayList<>();
    List<Descriptor> blobs = image.manifest().layers();
    for (int i = 0; i < blobs.size(); i++) {
      // Times below are the base's own business: nothing of them gets into this image.
      layers.add(new StoredLayer(image.diffIds().get(i), blobs.get(i).size(), 0, 0));
    }
    return new Base(image.config(), layers, true);
  }

  /** This machine's shell and utilities; as long as none of them changes, the layer made before. */
  @SuppressWarnings("try") // a lock is held, not looked at
  Base host(BuildEvent.Step step) throws IOException {
    CacheKey key = CacheKey.of("host base").build();
    Base known = knownHost(key);
    if (known != null) {
      return known;
    }
    try (StepLocks.Held lock = locks.acquire(key.digest(), step)) {
      known = knownHost(key);
      return known != null ? known : makeHost(key);
    }
  }

  private @Nullable Base knownHost(CacheKey key) throws IOException {
    CachedStep before = cache.find(key.digest());
    if (before == null) {
      return null;
    }
    StoredLayer layer = before.layer();
    if (layer == null || !new HostWitness(component(before, "witness")).holds(HOST_ROOT)) {
      return null;
    }
    return hostBase(layer, component(before, "architecture"), true);
  }

  private Base makeHost(CacheKey key) throws IOException {
    HostBase.Listing listing = HostBase.list(HOST_ROOT, List.of());
    StoredLayer layer = jobs.write(listing.tree());
    CachedStep step =
        new CachedStep(
            List.of(
                new CacheKey.Component("witness", listing.witness().text()),
                new CacheKey.Component("architecture", listing.architecture())),
            "",
            layer);
    cache.store(key, step);
    return hostBase(layer, listing.architecture(), false);
  }

  private static String component(CachedStep step, String name) {
    for (CacheKey.Component component : step.components()) {
      if (component.name().equals(name)) {
        return component.value();
      }
    }
    return "";
  }

  private static Base hostBase(StoredLayer layer, String architecture, boolean wasKnown) {
    ImageConfig config =
        new ImageConfig(
            null,
            "",
            new Platform("linux", architecture, null),
            RuntimeConfig.EMPTY.edit().cmd(List.of("/bin/sh")).build(),
            List.of(layer.diffId()),
            List.of(
                new History(
                    layer.created(), "FROM host # this machine's own programs", "", "", false)),
            Map.of());
    return new Base(config, List.of(layer), wasKnown);
  }
}
