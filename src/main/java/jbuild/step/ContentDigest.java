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
import org.jspecify.annotations.Nullable;

/**
 * The digest of a tree as a cache key needs it: names, types, modes, owners where they are copied,
 * sizes, link targets, device numbers, xattrs, hard links and contents, but no times (semantics as
 * BuildKit's cache/contenthash).
 */
final class ContentDigest {
  /** What of the files' contents counts. */
  enum Contents {
    /** Nothing: the digest tells whether trees could be equal, from stat alone. */
    NONE,
    /** All, as long as no file has to be read for it. */
    KNOWN,
    /** All; files are read if need be. */
    ALL
  }

  private static final int BUFFER = 16 << 10;

  private final MessageDigest hash = Digest.sha256();
  private final CopySource source;
  private final Contents contents;
  private final IdentityHashMap<Inode, Integer> seen = new IdentityHashMap<>();

  /**
   * Entries are some 50 bytes in many pieces; one call of the digest takes as long as hashing them.
   */
  private final ByteBuffer pending = ByteBuffer.allocate(BUFFER);

  private boolean isKnown = true;

  ContentDigest(CopySource source, Contents contents) {
    this.source = source;
    this.contents = contents;
  }

  /** Adds one source; hard links count within it. */
  void addSource(ByteString name, Inode inode) throws IOException {
    seen.clear();
    add(name, inode);
  }

  private void add(ByteString name, Inode inode) throws IOException {
    if (!isKnown) {
      return;
    }
    bytes(name.toBytes());
    Integer first = seen.putIfAbsent(inode, seen.size());
    if (first != null) {
      number(-1);
      number(first);
      return;
    }
    Attributes attributes = inode.attributes();
    number(inode.type().modeBits() | attributes.mode());
    number(source.keepsOwners() ? attributes.uid() : 0);
    number(source.keepsOwners() ? attributes.gid() : 0);
    number(inode.size());
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
      number(special.deviceMajor());
      number(special.deviceMinor());
    } else if (inode instanceof RegularFile file && contents != Contents.NONE) {
      content(file);
    }
  }

  private void content(RegularFile file) throws IOException {
    byte[] digest = contents == Contents.ALL ? source.digest(file) : source.knownDigest(file);
    if (digest == null) {
      isKnown = false;
    } else {
      raw(digest);
    }
  }

  /** Null when a file would have had to be read. */
  @Nullable Digest finish() {
    flush();
    return isKnown ? Digest.ofHash(hash.digest()) : null;
  }

  private void bytes(byte[] bytes) {
    number(bytes.length);
    raw(bytes);
  }

  private void raw(byte[] bytes) {
    if (bytes.length > pending.remaining()) {
      flush();
    }
    if (bytes.length > BUFFER) {
      hash.update(bytes);
    } else {
      pending.put(bytes);
    }
  }

  private void number(long value) {
    if (pending.remaining() < Long.BYTES) {
      flush();
    }
    pending.putLong(value);
  }

  private void flush() {
    hash.update(pending.flip());
    pending.clear();
  }
}
