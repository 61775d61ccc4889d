package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.RuntimeConfig;
import jbuild.step.StoredLayer;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import org.jspecify.annotations.Nullable;

/** Makes the image of a finished stage: configuration, history, manifest. */
final class ImageAssembler {
  private final ImageStore images;
  private final ImageAdditions additions;

  ImageAssembler(ImageStore images, ImageAdditions additions) {
    this.images = images;
    this.additions = additions;
  }

  /** Waits for the stage's layers and writes the documents; the image has no name yet. */
  Image assemble(StageState stage) throws IOException {
    List<StoredLayer> layers = stage.files().await();
    List<History> history = new ArrayList<>(stage.base().history());
    String created = null;
    int next = stage.baseLayers();
    StoredLayer newest = null;
    for (StageState.Made made : stage.made()) {
      if (made.hasLayer()) {
        StoredLayer layer = layers.get(next++);
        created = layer.created();
        newest = newer(newest, layer);
      }
      history.add(
          new History(created, made.createdBy(), stage.author(), "jbuild", !made.hasLayer()));
    }
    SortedMap<String, String> labels = new TreeMap<>(stage.config().labels());
    labels.putAll(additions.labels());
    RuntimeConfig config =
        stage
            .config()
            .edit()
            .env(stage.expanded().environment())
            .workingDir(stage.expanded().workdir())
            .labels(labels)
            .build();
    List<ImageStore.LayerBlob> blobs = new ArrayList<>(layers.size());
    for (StoredLayer layer : layers) {
      blobs.add(new ImageStore.LayerBlob(layer.diffId(), layer.size()));
    }
    return images.write(
        new ImageConfig(
            newest == null ? stage.base().created() : newest.created(),
            stage.author(),
            stage.base().platform(),
            config,
            StageState.diffIds(layers),
            history,
            stage.base().others()),
        blobs,
        additions.annotations(ImageAnnotation.Type.MANIFEST),
        additions.annotations(ImageAnnotation.Type.MANIFEST_DESCRIPTOR));
  }

  private static StoredLayer newer(@Nullable StoredLayer a, StoredLayer b) {
    if (a == null
        || b.newestSeconds() > a.newestSeconds()
        || (b.newestSeconds() == a.newestSeconds() && b.newestNanos() > a.newestNanos())) {
      return b;
    }
    return a;
  }
}
