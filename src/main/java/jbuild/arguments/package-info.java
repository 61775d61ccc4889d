/**
 * What may stand on a command line after the command's name: options and operands, their parser and
 * the text that explains them. Written the way GNU programs, docker and podman understand it. It
 * knows no command, prints nothing, and is a few small classes because every start of jbuild pays
 * for them.
 */
@NullMarked
package jbuild.arguments;

import org.jspecify.annotations.NullMarked;
