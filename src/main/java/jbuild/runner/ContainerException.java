package jbuild.runner;

import java.io.IOException;

/** A container could not be started. */
public final class ContainerException extends IOException {
  private static final long serialVersionUID = 1;

  ContainerException(String message) {
    super(message);
  }
}
