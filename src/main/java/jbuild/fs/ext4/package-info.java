/**
 * Reads ext2, ext3 and ext4 images. {@code Ext4Reader} is the door; behind it there is one file an
 * on-disk structure, with names of fields as in {@code Documentation/filesystems/ext4} of the Linux
 * sources.
 *
 * <p>All reads of an image that was not unmounted go through its journal, replayed in memory. The
 * list of orphans (files that were deleted while in use) is ignored: no name leads to them. Unknown
 * read-only compatible features are let pass, as for a read-only mount.
 */
@NullMarked
package jbuild.fs.ext4;

import org.jspecify.annotations.NullMarked;
