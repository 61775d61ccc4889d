package jbuild.remote;

import org.jspecify.annotations.Nullable;

/**
 * What a git URL means now.
 *
 * @param commit its whole id
 * @param object the annotated tag that names the commit, or the commit itself
 * @param ref the whole name of branch or tag; null when a commit was asked for by its id
 */
public record GitCommit(String commit, String object, @Nullable String ref) {}
