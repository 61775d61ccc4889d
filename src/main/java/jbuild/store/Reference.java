package jbuild.store;

import jbuild.oci.Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the data root's {@code index.json}.
 *
 * @param name {@code repository:tag}, or what another tool wrote; null when the image has no name
 * @param descriptor of a manifest or an image index
 */
public record Reference(@Nullable String name, Descriptor descriptor) {

  static Reference of(Descriptor descriptor) {
    return new Reference(descriptor.annotations().get(Descriptor.REF_NAME), descriptor);
  }
}
