package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;
import jbuild.oci.Digest;

/**
 * The digest of a tree as a cache key needs it: names, types, modes, owners where they are copied,
 * sizes, link targets, device numbers, xattrs, hard links and contents, but no times (semantics as
 * BuildKit's cache/contenthash).
 */
final class ContentDigest {
  private final MessageDigest hash = Digest.sha256();
  private final CopySource source;
  private final boolean withContents;
  private final IdentityHashMap<Inode, Integer> seen = new IdentityHashMap<>();
  private final ByteBuffer numbers = ByteBuffer.allocate(64);

  /** Without contents it tells whether trees could be equal, from stat alone. */
  ContentDigest(CopySource source, boolean withContents) {
    this.source = source;
    this.withContents = withContents;
  }

  /** Adds one source; hard links count within it. */
  void addSource(ByteString name, Inode inode) throws IOException {
    seen.clear();
    add(name, inode);
  }

  private void add(ByteString name, Inode inode) throws IOException {
    bytes(name.toBytes());
    Integer first = seen.putIfAbsent(inode, seen.size());
    if (first != null) {
      number(-1, first);
      return;
    }
    Attributes attributes = inode.attributes();
    int uid = source.keepsOwners() ? attributes.uid() : 0;
    int gid = source.keepsOwners() ? attributes.gid() : 0;
    number(inode.type().modeBits() | attributes.mode(), uid, gid, inode.size());
    for (Map.Entry<ByteString, byte[]> xattr : attributes.xattrs().entrySet()) {
      bytes(xattr.getKey().toBytes());
      bytes(xattr.getValue());
    }
    number(-2);
    if (inode instanceof Directory directory) {
      for (Map.Entry<ByteString, Inode> child : directory.children().entrySet()) {
        add(child.getKey(), child.getValue());
      }
      number(-3);
    } else if (inode instanceof Symlink link) {
      bytes(link.target().toBytes());
    } else if (inode instanceof Special special) {
      number(special.deviceMajor(), special.deviceMinor());
    } else if (inode instanceof RegularFile file && withContents) {
      hash.update(source.digest(file));
    }
  }

  Digest finish() {
    return Digest.ofHash(hash.digest());
  }

  private void bytes(byte[] bytes) {
    number(bytes.length);
    hash.update(bytes);
  }

  private void number(long... values) {
    numbers.clear();
    for (long value : values) {
      numbers.putLong(value);
    }
    hash.update(numbers.flip());
  }

  /** Whether all contents below {@code inode} are known without reading. */
  static boolean isKnown(CopySource source, Inode inode) {
    if (inode instanceof Directory directory) {
      for (Inode child : directory.children().values()) {
        if (!isKnown(source, child)) {
          return false;
        }
      }
      return true;
    }
    return !(inode instanceof RegularFile file) || source.knownDigest(file) != null;
  }
}
