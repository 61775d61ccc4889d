package jbuild.step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Symlink;
import jbuild.secret.SecretPatterns;
import jbuild.secret.Secrets;

/** Sees to it that no value of a secret gets into an image; costs nothing without secrets. */
public final class SecretWatch {
  public static final SecretWatch NONE = new SecretWatch(Secrets.NONE);

  private static final int PIECE = 256 << 10;

  private final SecretPatterns patterns;

  public SecretWatch(Secrets secrets) {
    this.patterns = secrets.patterns();
  }

  /** Whether there is anything to look for. */
  public boolean isActive() {
    return !patterns.isEmpty();
  }

  /**
   * Looks at the names, links and attributes of a layer that is about to be written, and at its
   * files when they are read for it: their {@link jbuild.layer.LayerWriter} then throws.
   */
  public void watch(LayerTree tree) throws IOException {
    if (isActive()) {
      watch(tree.root(), BytePath.ROOT);
    }
  }

  /**
   * Looks at a layer that an earlier build has made, perhaps without knowing of the secret.
   *
   * @param tar in the store
   */
  public void checkStored(Path tar) throws IOException {
    if (!isActive()) {
      return;
    }
    byte[] window = new byte[patterns.longest() + PIECE];
    int filled = 0;
    try (InputStream in = Files.newInputStream(tar)) {
      for (int count = in.read(window, 0, PIECE);
          count >= 0;
          count = in.read(window, filled, PIECE)) {
        filled += count;
        SecretPatterns.Match match = patterns.find(window, 0, filled);
        if (match != null) {
          throw new SecretLeakException(
              match, "a layer that is in the cache (--no-cache tells the file)");
        }
        int kept = Math.min(filled, patterns.longest() - 1);
        System.arraycopy(window, filled - kept, window, 0, kept);
        filled = kept;
      }
    }
  }

  /** Looks at a text that goes into an image's configuration or history. */
  public void check(String text, String where) throws IOException {
    check(text.getBytes(StandardCharsets.UTF_8), where);
  }

  private void check(byte[] bytes, String where) throws IOException {
    SecretPatterns.Match match = patterns.find(bytes);
    if (match != null) {
      throw new SecretLeakException(match, where);
    }
  }

  private void watch(Inode inode, BytePath path) throws IOException {
    for (Map.Entry<ByteString, byte[]> xattr : inode.attributes().xattrs().entrySet()) {
      check(xattr.getValue(), "attribute " + xattr.getKey() + " of " + path);
    }
    if (inode instanceof Directory directory) {
      for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
        check(child.getKey().toBytes(), "a name in " + path);
        watch(child.getValue(), path.child(child.getKey()));
      }
    } else if (inode instanceof Symlink link) {
      check(link.target().toBytes(), "the link " + path);
    } else if (inode instanceof RegularFile file) {
      if (file.data() instanceof FileData.Bytes inMemory) {
        check(inMemory.bytes(), path.toString());
      } else if (file.data() instanceof FileData.Host host
          && !(host.file() instanceof WatchedFile)) {
        file.setData(new FileData.Host(new WatchedFile(host.file(), path.toString(), patterns)));
      }
    }
  }
}
