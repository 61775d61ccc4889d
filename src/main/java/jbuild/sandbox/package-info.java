/**
 * What a confined process is and how it comes to be: a {@link jbuild.sandbox.SandboxSpec} becomes a
 * list of system calls that a fresh child makes before it becomes the program. Used by RUN steps
 * and by containers alike. docs/sandbox.md gives the order of the calls and the reasons.
 */
@NullMarked
package jbuild.sandbox;

import org.jspecify.annotations.NullMarked;
