/**
 * Images whose root file systems are mounted for other programs: made, listed, taken away. Unlike
 * the mounts of sandboxes these have a place in the caller's mount table and outlive the command.
 */
@NullMarked
package jbuild.mount;

import org.jspecify.annotations.NullMarked;
