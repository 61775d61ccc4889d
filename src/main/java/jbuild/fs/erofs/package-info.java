/**
 * EROFS images, in two rooms that share the structures on disk. {@code ErofsWriter} makes images
 * that hold metadata only: names, attributes and, for each file, where its bytes lie on other
 * devices (for jbuild: in the tars of the layers); {@code ErofsImage} reads them back, fast, and
 * nothing else. {@code ErofsReader} reads the images of others, compressed ones included. Knows
 * neither tars nor layers.
 *
 * <p>What the writer makes is described in {@code docs/formats/index.md}; names of fields are those
 * of {@code fs/erofs/erofs_fs.h} in the Linux sources.
 */
@NullMarked
package jbuild.fs.erofs;

import org.jspecify.annotations.NullMarked;
