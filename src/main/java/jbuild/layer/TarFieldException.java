package jbuild.layer;

/** A field that cannot be; {@link TarReader} adds which entry it is in and where. */
final class TarFieldException extends Exception {
  private static final long serialVersionUID = 1;

  TarFieldException(String message) {
    super(message);
  }
}
