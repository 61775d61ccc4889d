package jbuild.step;

import jbuild.io.BytePath;
import jbuild.layer.Inode;

/**
 * One object to copy, and the name it has where it comes from.
 *
 * @param unpacks whether ADD unpacks it, should it be an archive, unless it is told
 */
record CopyItem(BytePath path, Inode inode, boolean unpacks) {
  CopyItem(BytePath path, Inode inode) {
    this(path, inode, true);
  }
}
