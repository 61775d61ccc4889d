/**
 * Stacks of layers as overlay mounts see them: finds for every layer a mountable form (EROFS index
 * on the tars, the same on loop devices, or an extracted directory), and prepares the upper and
 * work directory on top. It mounts nothing that has a place in a mount table.
 */
@NullMarked
package jbuild.snapshot;

import org.jspecify.annotations.NullMarked;
