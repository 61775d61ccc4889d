/** Attacks on sandboxes, ours and others', from inside and with a canary outside. */
@NullMarked
package jbuild.attack;

import org.jspecify.annotations.NullMarked;
