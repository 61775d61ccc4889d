/**
 * Views of file system images that are read in Java, without mounting them: the values every format
 * shares. Each format has a package of its own below this one, with one file an on-disk structure.
 */
@NullMarked
package jbuild.fs;

import org.jspecify.annotations.NullMarked;
