package jbuild.build;

/** What a name of {@code --build-context} stands for. */
sealed interface NamedContext {
  /** Files without a configuration. */
  record Files(BuildContext context) implements NamedContext {}

  /** An image, or nothing at all. */
  record Image(Bases.Base base) implements NamedContext {}
}
