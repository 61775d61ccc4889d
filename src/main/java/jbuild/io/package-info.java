/**
 * Bytes and where they come from: names and paths as bytes, readers that know their position and
 * label, streams that hash while they copy, and decompression by content. Knows nothing of images.
 */
@NullMarked
package jbuild.io;

import org.jspecify.annotations.NullMarked;
