package jbuild.graph;

/** Where a stage starts or a COPY takes its files from. */
public sealed interface InputRef {
  /** {@code FROM scratch}: nothing at all. */
  record Scratch() implements InputRef {}

  /** An earlier stage, by its index in the file. */
  record FromStage(int index) implements InputRef {}

  /** Anything else, as it was written: an image name, or {@code host}; the caller decides. */
  record FromImage(String name) implements InputRef {}

  /** A context of {@code --build-context}, which goes before images and stages of its name. */
  record FromContext(String name) implements InputRef {}

  /** The build context. */
  record Context() implements InputRef {}
}
