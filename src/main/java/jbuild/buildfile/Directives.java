package jbuild.buildfile;

import org.jspecify.annotations.Nullable;

/**
 * The {@code # name=value} lines at the very top of a build file (reference, "Parser directives").
 * {@code syntax} is only reported: no other frontend is ever loaded. {@code check} is text for
 * those who apply rules.
 *
 * @param strictShell {@code # jbuild: strict-shell}: RUN in shell form stops at the first failure
 */
public record Directives(
    char escape, @Nullable String syntax, @Nullable String check, boolean strictShell) {}
