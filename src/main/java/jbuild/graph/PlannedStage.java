package jbuild.graph;

import java.util.List;
import jbuild.buildfile.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A stage that the target needs.
 *
 * @param platform of {@code FROM --platform}, or null if there is none
 * @param vertices the triggers of its base, then its own
 */
public record PlannedStage(
    Stage stage, InputRef base, @Nullable PlatformName platform, List<Vertex> vertices) {
  public PlannedStage {
    vertices = List.copyOf(vertices);
  }

  public int index() {
    return stage.index();
  }
}
