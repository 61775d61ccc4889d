/**
 * The build file as a language: text in, a typed tree with source positions out, and the small
 * languages inside it (shell words, file patterns, ignore files, durations). No input or output, no
 * evaluation of variables beyond what a caller asks {@link jbuild.buildfile.ShellWords} for. The
 * grammar is that of the <a
 * href="https://github.com/moby/buildkit/blob/master/frontend/dockerfile/docs/reference.md">Dockerfile
 * reference</a> (abbreviated "reference" in comments), with BuildKit's parser as the judge where
 * the reference is silent; docs/buildfile.md lists the differences.
 */
@NullMarked
package jbuild.buildfile;

import org.jspecify.annotations.NullMarked;
