/**
 * The values of the OCI image specification and their JSON: digests, descriptors, manifests, image
 * configurations, references. Pure: reads and writes byte arrays, never files. See
 * https://github.com/opencontainers/image-spec.
 */
@NullMarked
package jbuild.oci;

import org.jspecify.annotations.NullMarked;
