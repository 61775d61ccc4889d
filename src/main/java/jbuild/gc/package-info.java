/**
 * Garbage collection: finds what nothing refers to and removes it, beside any number of living
 * commands. What is in use, and how commands say so, is {@link jbuild.store.Lease}'s business.
 */
@NullMarked
package jbuild.gc;

import org.jspecify.annotations.NullMarked;
