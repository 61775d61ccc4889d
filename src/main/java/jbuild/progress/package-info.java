/**
 * What a build tells its surroundings while it runs: one-way events, without a way back. A listener
 * that is slow or fails must not change what is built.
 */
@NullMarked
package jbuild.progress;

import org.jspecify.annotations.NullMarked;
