/**
 * Squashfs 4.0 images, read without mounting: {@code SquashfsReader} is the door. Data blocks,
 * fragments and metadata blocks are decoded through the cache that all images share. Knows nothing
 * of what lies around an image: one inside a larger file is given as a slice.
 *
 * <p>The format is that of {@code fs/squashfs/squashfs_fs.h} in the Linux sources, whose words are
 * used here; the unofficial specification at {@code https://dr-emann.github.io/squashfs/} describes
 * it in prose. All numbers are little-endian, all positions count from the image's start.
 */
@NullMarked
package jbuild.fs.squashfs;

import org.jspecify.annotations.NullMarked;
