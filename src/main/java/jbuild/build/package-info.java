/**
 * Carries a build out: resolves bases, walks the stages, asks the cache before it executes a step,
 * lets finished steps be written in the background, and assembles the image at the end.
 */
@NullMarked
package jbuild.build;

import org.jspecify.annotations.NullMarked;
