package jbuild.layer;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** A directory and its entries in unsigned byte order. */
public final class Directory extends Inode {
  private final TreeMap<ByteString, Inode> children = new TreeMap<>();
  private boolean opaque;
  private boolean implied;

  public Directory(Attributes attributes) {
    super(attributes);
  }

  /**
   * A directory that no entry describes but whose children exist: it keeps what the layers below
   * say of it, and is {@link Attributes#IMPLIED} where they say nothing.
   */
  public static Directory implied() {
    Directory directory = new Directory(Attributes.IMPLIED);
    directory.implied = true;
    return directory;
  }

  /** The entries by name; a view. */
  public SortedMap<ByteString, Inode> children() {
    return Collections.unmodifiableSortedMap(children);
  }

  public @Nullable Inode child(ByteString name) {
    return children.get(name);
  }

  /** Adds or replaces an entry. */
  public void put(ByteString name, Inode inode) {
    children.put(name, inode);
  }

  public void remove(ByteString name) {
    children.remove(name);
  }

  /** Removes all entries. */
  public void clear() {
    children.clear();
  }

  /** Whether the entries of the layers below are hidden. */
  public boolean isOpaque() {
    return opaque;
  }

  public void setOpaque(boolean newOpaque) {
    opaque = newOpaque;
  }

  public boolean isImplied() {
    return implied;
  }

  /** Sets the attributes; the directory is then no longer implied. */
  @Override
  public void setAttributes(Attributes newAttributes) {
    super.setAttributes(newAttributes);
    implied = false;
  }

  @Override
  public FileType type() {
    return FileType.DIRECTORY;
  }

  /**
   * With {@code trusted.overlay.opaque} where opaque, and {@code trusted.overlay.origin} where
   * whiteouts are: without it readdir of a directory that overlayfs need not merge shows them.
   */
  @Override
  public SortedMap<ByteString, byte[]> xattrs() {
    boolean whiteouts = holdsWhiteouts();
    if (!opaque && !whiteouts) {
      return attributes().xattrs();
    }
    SortedMap<ByteString, byte[]> marked = new TreeMap<>(attributes().xattrs());
    if (opaque) {
      marked.put(Xattrs.OVERLAY_OPAQUE, new byte[] {'y'});
    }
    if (whiteouts) {
      marked.put(Xattrs.OVERLAY_ORIGIN, new byte[0]);
    }
    return marked;
  }

  private boolean holdsWhiteouts() {
    for (Inode child : children.values()) {
      if (child instanceof Whiteout) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    for (Map.Entry<ByteString, Inode> child : children.entrySet()) {
      visitor.child(child.getKey(), child.getValue());
    }
  }
}
