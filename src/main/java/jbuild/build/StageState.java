package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Instruction;
import jbuild.graph.ExpandedStage;
import jbuild.oci.ChainId;
import jbuild.oci.Digest;
import jbuild.oci.ImageConfig;
import jbuild.oci.RuntimeConfig;
import jbuild.step.StageFileSystem;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/** How far a stage has come: its files, its configuration, and the steps that led there. */
final class StageState {
  /**
   * A step that gets an entry in the image's history.
   *
   * @param hasLayer whether the next layer above the base is its own
   */
  record Made(String createdBy, boolean hasLayer) {}

  /** A step that made a layer. */
  record Layered(Instruction instruction, boolean cached) {}

  private final List<Layered> layered = new ArrayList<>();
  private final ImageConfig base;
  private final int baseLayers;
  private final StageFileSystem files;
  private final List<Made> made;
  private RuntimeConfig config;
  private String author;
  private Digest key;
  private @Nullable ExpandedStage expanded;

  /** The chainID of the lowest {@link #chained} layers. */
  private @Nullable Digest chain;

  private int chained;

  private StageState(
      ImageConfig base,
      int baseLayers,
      StageFileSystem files,
      List<Made> made,
      RuntimeConfig config,
      String author,
      Digest key) {
    this.base = base;
    this.baseLayers = baseLayers;
    this.files = files;
    this.made = made;
    this.config = config;
    this.author = author;
    this.key = key;
  }

  /** A stage that starts from an image, whose layers {@code files} holds. */
  static StageState of(ImageConfig base, int layers, StageFileSystem files, Digest key) {
    return new StageState(
        base, layers, files, new ArrayList<>(), base.config(), base.author(), key);
  }

  /** A stage that starts where {@code other} ended. */
  static StageState after(StageState other, StageFileSystem files) {
    StageState state =
        new StageState(
            other.base,
            other.baseLayers,
            files,
            new ArrayList<>(other.made),
            other.config,
            other.author,
            other.key);
    state.layered.addAll(other.layered);
    return state;
  }

  ImageConfig base() {
    return base;
  }

  int baseLayers() {
    return baseLayers;
  }

  StageFileSystem files() {
    return files;
  }

  List<Made> made() {
    return made;
  }

  /** One for each layer above the base, bottom first. */
  List<Layered> layered() {
    return layered;
  }

  RuntimeConfig config() {
    return config;
  }

  void setConfig(RuntimeConfig changed) {
    config = changed;
  }

  String author() {
    return author;
  }

  void setAuthor(String name) {
    author = name;
  }

  /** Key of the last step that has to do with files. */
  Digest key() {
    return key;
  }

  void setKey(Digest stepKey) {
    key = stepKey;
  }

  /** The stage's instructions; there from the moment its base is known. */
  ExpandedStage expanded() {
    ExpandedStage known = expanded;
    if (known == null) {
      throw new IllegalStateException("the stage is not expanded yet");
    }
    return known;
  }

  void setExpanded(ExpandedStage stage) {
    expanded = stage;
  }

  /**
   * The chainID of the layers so far, awaited; empty without any. A stack only grows, so each call
   * appends what is new: every step asks, and a chain from the ground up is a hash a layer.
   */
  String chain() throws IOException {
    List<Digest> diffIds = diffIds(files.await());
    for (; chained < diffIds.size(); chained++) {
      Digest top = diffIds.get(chained);
      chain = chain == null ? top : ChainId.append(chain, top);
    }
    return chain == null ? "" : chain.hex();
  }

  static List<Digest> diffIds(List<StoredLayer> layers) {
    List<Digest> diffIds = new ArrayList<>(layers.size());
    for (StoredLayer layer : layers) {
      diffIds.add(layer.diffId());
    }
    return diffIds;
  }
}
