/**
 * The executable units of a build: each takes the file system built so far and yields a layer, or
 * nothing. A step knows its own work and what its result depends on ({@link jbuild.step.CacheKey});
 * order, cache and assembly are the business of {@code build}.
 */
@NullMarked
package jbuild.step;

import org.jspecify.annotations.NullMarked;
