/**
 * The data root: an OCI image layout that holds every image, and beside it what is derived or
 * temporary. Blobs are written once and verified when read; references move atomically; what a dead
 * process left behind is swept by the next one. See docs/formats/data-root.md.
 */
@NullMarked
package jbuild.store;

import org.jspecify.annotations.NullMarked;
