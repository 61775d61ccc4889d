package jbuild.progress;

/** Receives events from any thread, in the order in which each step sends them. */
@FunctionalInterface
public interface ProgressListener {
  void on(BuildEvent event);

  /** Tells nobody. */
  ProgressListener NONE = event -> {};
}
