package jbuild.buildfile;

/**
 * Bounds that no honest build file comes near, so that a hostile one costs bounded time and memory.
 */
final class Limits {
  private Limits() {}

  /** Characters in one instruction without its here-documents; execve takes 128 KiB an argument. */
  static final int INSTRUCTION_LENGTH = 1 << 20;

  /** Words, flags and instructions in one file. */
  static final int WORDS = 200_000;

  /** Files that are being read at once, each included by the one before. */
  static final int INCLUDE_DEPTH = 16;

  /** Files in all, each as often as it is included. */
  static final int INCLUDES = 1000;

  /** What is included in all. */
  static final int INCLUDED_BYTES = 64 << 20;

  /** A stage on a stage inherits all of its variables. */
  static final int STAGES = 1_000;

  /** Characters that one expansion may give: {@code ENV a=$a$a$a} doubles at every line. */
  static final int EXPANSION_LENGTH = 1 << 20;

  /** Characters that all expansions of a file may give. */
  static final int EXPANSIONS_LENGTH = 32 << 20;

  /** Depth of <code>${a:-${b:-...}}</code>. */
  static final int NESTED_SUBSTITUTIONS = 64;

  /** Characters in the pattern of <code>${a#pattern}</code>, which is matched in square time. */
  static final int SUBSTITUTION_PATTERN_LENGTH = 4096;
}
