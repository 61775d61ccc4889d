package jbuild.build;

/** {@code --pull}: when the bases of a build are asked for elsewhere. */
public enum PullPolicy {
  /** Only images of the store count. */
  NEVER,
  /** What the store can answer is asked of nobody else. */
  MISSING,
  /** Each base is asked for, whatever the store has. */
  ALWAYS
}
