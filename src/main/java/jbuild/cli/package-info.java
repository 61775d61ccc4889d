/**
 * The commands: options in, text and exit codes out. The only place that wires the rooms together,
 * writes to the terminal and ends the process. Only the command that was asked for is built.
 */
@NullMarked
package jbuild.cli;

import org.jspecify.annotations.NullMarked;
