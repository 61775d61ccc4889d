package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/**
 * The {@code # name=value} lines at the very top of a build file (reference, "Parser directives").
 * {@code syntax} and {@code check} are only reported: no other frontend is ever loaded.
 */
public record Directives(char escape, @Nullable String syntax, @Nullable String check) {}
