/**
 * Media and what is nested in them: an ISO with a squashfs image with an ext4 image, a disk image
 * with partitions. What a file is, is told by its content. Finds the root file system in a medium,
 * and paths that lead through several images. Reads everything in place and mounts nothing; what
 * becomes of the root that was found is not its business.
 */
@NullMarked
package jbuild.medium;

import org.jspecify.annotations.NullMarked;
