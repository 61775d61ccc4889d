package jbuild.arguments;

/** What stands on the command line without a dash, at one place or from there on. */
record OperandSpec(String label, Arity arity, String description) {
  enum Arity {
    ONE(1, 1),
    OPTIONAL(0, 1),
    SOME(1, Integer.MAX_VALUE),
    ANY(0, Integer.MAX_VALUE);

    final int min;
    final int max;

    Arity(int min, int max) {
      this.min = min;
      this.max = max;
    }
  }

  /** {@code IMAGE}, {@code IMAGE...}. */
  String synopsis() {
    return arity.max == 1 ? label : label + "...";
  }
}
