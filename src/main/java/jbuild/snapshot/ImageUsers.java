package jbuild.snapshot;

import java.io.IOException;
import jbuild.io.BytePath;
import jbuild.layer.TreeView;
import jbuild.sandbox.Identity;
import jbuild.sandbox.UserDatabase;

/** Who USER, {@code --user} and {@code --chown} name: asked of an image's own files. */
public final class ImageUsers {
  private static final BytePath PASSWD = BytePath.parse("/etc/passwd");
  private static final BytePath GROUP = BytePath.parse("/etc/group");
  private static final int MAX_FILE = 4 << 20;

  private ImageUsers() {}

  /** Resolves {@code user}, see {@link UserDatabase#resolve}, in the image {@code view}. */
  public static Identity resolve(TreeView view, String user) throws IOException {
    return new UserDatabase(view.readSmall(PASSWD, MAX_FILE), view.readSmall(GROUP, MAX_FILE))
        .resolve(user);
  }
}
