package jbuild.oci;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image manifest (image-spec manifest.md), also in Docker's version 2 schema 2, which has the
 * same members:
 *
 * <pre>{"schemaVersion":2,"mediaType":"…","config":{…},"layers":[{…},…],"annotations":{…}}</pre>
 *
 * <p>A manifest without layers is accepted, though the schema wants one: umoci writes such ones,
 * and so does every build from scratch that adds no file.
 *
 * @param layers bottom first
 * @param subject the manifest this one says something about; null for a plain image
 */
public record Manifest(
    String mediaType,
    @Nullable String artifactType,
    Descriptor config,
    List<Descriptor> layers,
    @Nullable Descriptor subject,
    Map<String, String> annotations) {

  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  /** An OCI image's manifest. */
  public static Manifest of(Descriptor config, List<Descriptor> layers) {
    return new Manifest(MediaTypes.MANIFEST, null, config, layers, null, Map.of());
  }

  public static Manifest fromJson(byte[] json) throws OciFormatException {
    return fromJson("image manifest", json);
  }

  /**
   * Reads a document.
   *
   * @param document for error messages, such as {@code manifest sha256:…}
   */
  public static Manifest fromJson(String document, byte[] json) throws OciFormatException {
    JsonReader in = new JsonReader(document, json);
    String mediaType = MediaTypes.MANIFEST;
    String artifactType = null;
    Descriptor config = null;
    List<Descriptor> layers = null;
    Descriptor subject = null;
    Map<String, String> annotations = Map.of();
    long schemaVersion = 0;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "schemaVersion" -> schemaVersion = in.integer();
        case "mediaType" -> mediaType = in.required(in.string());
        case "artifactType" ->
            artifactType = DescriptorJson.mediaType(in, in.required(in.string()));
        case "config" -> config = DescriptorJson.read(in);
        case "layers" -> layers = DescriptorJson.readList(in);
        case "subject" -> subject = DescriptorJson.read(in);
        case "annotations" -> annotations = in.stringMap();
        case "manifests" ->
            // one document must not be an index to one reader and an image to another:
            // CVE-2021-41190
            throw in.error("an image manifest must not have this member of an index");
        default -> in.raw();
      }
    }
    in.end();
    if (schemaVersion != 2) {
      throw in.error("schemaVersion is not 2");
    }
    if (!MediaTypes.isManifest(mediaType)) {
      throw in.error("mediaType is " + mediaType + ", not that of an image manifest");
    }
    return new Manifest(
        mediaType,
        artifactType,
        in.required(config, "config"),
        in.required(layers, "layers"),
        subject,
        annotations);
  }

  public byte[] toJson() throws IOException {
    JsonWriter out = new JsonWriter();
    out.integer("schemaVersion", 2);
    out.text("mediaType", mediaType);
    out.text("artifactType", artifactType);
    DescriptorJson.write(out, "config", config);
    DescriptorJson.writeList(out, "layers", layers);
    DescriptorJson.write(out, "subject", subject);
    out.stringMap("annotations", annotations);
    return out.finish();
  }
}
