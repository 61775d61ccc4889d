package jbuild.build;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the command line adds to the image that the file describes.
 *
 * @param labels win over those of LABEL
 * @param annotations of its manifest and of the descriptor that names it
 */
public record ImageAdditions(Map<String, String> labels, List<ImageAnnotation> annotations) {
  public static final ImageAdditions NONE = new ImageAdditions(Map.of(), List.of());

  public ImageAdditions {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = List.copyOf(annotations);
  }

  /** The annotations for one place; of several of one name the last counts. */
  Map<String, String> annotations(ImageAnnotation.Type type) {
    Map<String, String> values = new LinkedHashMap<>();
    for (ImageAnnotation annotation : annotations) {
      if (annotation.type() == type) {
        values.put(annotation.key(), annotation.value());
      }
    }
    return values;
  }
}
