/**
 * Values that are given to a build and must not get into what it makes: held in memory, looked for
 * in bytes, and hidden in what is printed. Knows nothing of builds, files or layers.
 */
@NullMarked
package jbuild.secret;

import org.jspecify.annotations.NullMarked;
