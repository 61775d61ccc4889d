package jbuild.buildfile;

/** Something accepted that will surprise: shown, never fatal. */
public record Warning(SourceRange range, String message) {}
