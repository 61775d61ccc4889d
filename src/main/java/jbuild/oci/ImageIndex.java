package jbuild.oci;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A list of manifests (image-spec image-index.md), also in the form of Docker's manifest list:
 *
 * <pre>{"schemaVersion":2,"mediaType":"…","manifests":[{…},…],"annotations":{…}}</pre>
 *
 * @param others members this program has no use for, as raw JSON by name
 */
public record ImageIndex(
    String mediaType,
    List<Descriptor> manifests,
    Map<String, String> annotations,
    Map<String, String> others) {

  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    others = Collections.unmodifiableMap(new TreeMap<>(others));
  }

  public static ImageIndex of(List<Descriptor> manifests) {
    return new ImageIndex(MediaTypes.INDEX, manifests, Map.of(), Map.of());
  }

  /** The same with other manifests. */
  public ImageIndex withManifests(List<Descriptor> changed) {
    return new ImageIndex(mediaType, changed, annotations, others);
  }

  public static ImageIndex fromJson(byte[] json) throws OciFormatException {
    return fromJson("image index", json);
  }

  /**
   * Reads a document.
   *
   * @param document for error messages, such as the file's path
   */
  public static ImageIndex fromJson(String document, byte[] json) throws OciFormatException {
    JsonReader in = new JsonReader(document, json);
    String mediaType = MediaTypes.INDEX;
    List<Descriptor> manifests = null;
    Map<String, String> annotations = Map.of();
    SortedMap<String, String> others = new TreeMap<>();
    long schemaVersion = 0;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "schemaVersion" -> schemaVersion = in.integer();
        case "mediaType" -> mediaType = in.required(in.string());
        case "manifests" -> manifests = DescriptorJson.readList(in);
        case "annotations" -> annotations = in.stringMap();
        case "subject" -> keepSubject(in, others);
        case "config", "layers" ->
            // see Manifest: CVE-2021-41190
            throw in.error("an image index must not have this member of a manifest");
        default -> in.keep(name, others);
      }
    }
    in.end();
    if (schemaVersion != 2) {
      throw in.error("schemaVersion is not 2");
    }
    if (!MediaTypes.isIndex(mediaType)) {
      throw in.error("mediaType is " + mediaType + ", not that of an image index");
    }
    return new ImageIndex(mediaType, in.required(manifests, "manifests"), annotations, others);
  }

  private static void keepSubject(JsonReader in, Map<String, String> others)
      throws OciFormatException {
    String raw = in.raw();
    if (raw.charAt(0) != '{') {
      throw in.error("is no descriptor: " + raw);
    }
    others.put("subject", raw);
  }

  public byte[] toJson() throws IOException {
    JsonWriter out = new JsonWriter();
    out.integer("schemaVersion", 2);
    out.text("mediaType", mediaType);
    DescriptorJson.writeList(out, "manifests", manifests);
    out.stringMap("annotations", annotations);
    out.others(others);
    return out.finish();
  }
}
