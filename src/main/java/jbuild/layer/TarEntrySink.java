package jbuild.layer;

/** Takes what a {@link TarReader} finds, in the order of the archive. */
public interface TarEntrySink {
  /**
   * Takes one entry.
   *
   * @throws LayerException when it cannot be; the reader adds where in the archive that was
   */
  void entry(TarEntry entry) throws LayerException;

  /** Something of the archive was left out on purpose; {@code note} is for people. */
  void note(String note);
}
