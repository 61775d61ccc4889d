package jbuild.step;

import jbuild.io.BytePath;
import jbuild.layer.Inode;

/** One object to copy, and the name it has where it comes from. */
record CopyItem(BytePath path, Inode inode) {}
