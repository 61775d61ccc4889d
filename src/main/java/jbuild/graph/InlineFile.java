package jbuild.graph;

/** A file that the build file itself holds: its name and its content as it shall be written. */
public record InlineFile(String name, String content) {}
