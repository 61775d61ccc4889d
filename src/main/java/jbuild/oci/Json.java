package jbuild.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** The limits of every document read, and the one factory of readers and writers. */
final class Json {
  private Json() {}

  /**
   * Bytes in one document. The distribution specification lets a registry refuse manifests above 4
   * MiB ("Pushing Manifests"); indexes and configurations are held to the same.
   */
  static final int MAX_DOCUMENT = 4 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NAME = 64 << 10;
  private static final int MAX_NUMBER = 100;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME)
                  .maxNumberLength(MAX_NUMBER)
                  .maxStringLength(MAX_DOCUMENT)
                  .build())
          .build();
}
