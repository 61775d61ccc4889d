package jbuild.step;

import java.io.IOException;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Inode;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/** What the result of a RUN depends on in a file or directory that it mounts: what COPY's does. */
public final class MountContent {
  private MountContent() {}

  /**
   * The digest of names, modes, owners and contents at {@code path}; files are read if need be.
   *
   * @throws IOException when there is nothing, saying why
   */
  public static Digest of(CopySource tree, BytePath path) throws IOException {
    Inode inode = tree.open(path);
    if (inode == null) {
      throw new CopyException("mount " + path + ": " + tree.whyMissing(path));
    }
    ContentDigest digest = new ContentDigest(tree, ContentDigest.Contents.ALL);
    digest.addSource(ByteString.EMPTY, inode);
    @Nullable Digest whole = digest.finish();
    if (whole == null) {
      throw new IllegalStateException("contents were asked for");
    }
    return whole;
  }
}
