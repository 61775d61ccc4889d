/** Containers: a sandbox on an image with a name and a place on disk of its own. */
@NullMarked
package jbuild.runner;

import org.jspecify.annotations.NullMarked;
