package jbuild.layer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.erofs.ImageInode;
import jbuild.io.FileType;

/**
 * What a stack of units has under one name: one inode, or for a directory all that are merged, the
 * top one first. This is overlayfs' view; the rules are those of
 * Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
 */
final class UnionNode {
  /** An inode and the unit that has it. */
  record Part(UnionUnit unit, ImageInode inode) {}

  private final List<Part> parts = new ArrayList<>(1);
  private boolean complete;

  /** Says what the next unit, going down, has under the name. */
  void add(UnionUnit unit, ImageInode inode) throws IOException {
    boolean directory = inode.type() == FileType.DIRECTORY;
    if (directory || parts.isEmpty()) {
      parts.add(new Part(unit, inode));
      complete = !directory || unit.isOpaque(inode);
    } else {
      complete = true; // a directory over something else
    }
  }

  /** Whether nothing below matters any more. */
  boolean isComplete() {
    return complete;
  }

  /** Whether there is nothing under the name after all. */
  boolean isAbsent() {
    return parts.isEmpty() || parts.get(0).inode.isWhiteout();
  }

  /** Also true without parts: that is the root of a tree of no layers. */
  boolean isDirectory() {
    return parts.isEmpty() || parts.get(0).inode.type() == FileType.DIRECTORY;
  }

  /** The top part: that of the attributes and of a file's content. */
  Part top() {
    return parts.get(0);
  }

  List<Part> parts() {
    return parts;
  }
}
