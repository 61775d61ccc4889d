package jbuild.step;

import java.io.IOException;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.LayerTree;
import jbuild.layer.TreeView;
import jbuild.sandbox.Identity;
import jbuild.snapshot.ImageUsers;
import org.jspecify.annotations.Nullable;

/** WORKDIR: sees to the directory, which becomes the current user's if it has to be made. */
public final class WorkdirStep {
  private static final long NO_TIME = 0;

  private final Operation.WorkdirOp request;

  public WorkdirStep(Operation.WorkdirOp request) {
    this.request = request;
  }

  /** What the result depends on beside the layers below. */
  public CacheKey.Builder key() {
    return CacheKey.of("workdir").with("path", request.path()).with("user", request.user());
  }

  /** The layer with the directory, or null when it is there already. */
  public @Nullable LayerTree execute(TreeView below) throws IOException {
    BytePath path = below.resolve(BytePath.parse(request.path()), true);
    Entry there = below.lookup(path);
    if (there != null) {
      if (!there.isDirectory()) {
        throw new CopyException(request.path() + ": it is there and not a directory");
      }
      return null;
    }
    Identity owner = ImageUsers.resolve(below, request.user());
    CopyPlacement placement =
        new CopyPlacement(
            below,
            new CopyPlacement.Changes(
                new CopyPlacement.Owner(owner.uid(), owner.gid()), null, false),
            NO_TIME,
            file -> FileData.NONE);
    placement.directory(path);
    return placement.tree();
  }
}
