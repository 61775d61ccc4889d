/**
 * EROFS images that hold metadata only: names, attributes and, for each file, where its bytes lie
 * on other devices (for jbuild: in the tars of the layers). {@code ErofsWriter} makes them, {@code
 * ErofsImage} reads them back without mounting. Knows neither tars nor layers.
 *
 * <p>The format is described in {@code docs/formats/index.md}; names of fields are those of {@code
 * fs/erofs/erofs_fs.h} in the Linux sources.
 */
@NullMarked
package jbuild.fs.erofs;

import org.jspecify.annotations.NullMarked;
