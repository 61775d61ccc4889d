package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules of the OCI image specification 1.1 for a layout on disk, written down from its schema
 * (image-layout-schema.json, image-index-schema.json, image-manifest-schema.json,
 * content-descriptor.json, config-schema.json) and its text, with nothing of jbuild's own code.
 */
final class OciRules {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Pattern DIGEST = Pattern.compile("sha256:[a-f0-9]{64}");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9][\\w!#$&^.+-]{0,126}/[A-Za-z0-9][\\w!#$&^.+-]{0,126}");
  private static final Pattern DATE_TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
  private static final Pattern PORT = Pattern.compile("\\d{1,5}(-\\d{1,5})?(/(tcp|udp|sctp))?");
  private static final Set<String> CONFIG_MEMBERS =
      Set.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          // docker's, of which the specification says that they are reserved
          "Healthcheck",
          "Shell",
          "OnBuild",
          "ArgsEscaped");

  private final Path layout;
  private int manifests;

  private OciRules(Path layout) {
    this.layout = layout;
  }

  /** Checks everything that {@code index.json} leads to; returns the number of manifests. */
  static int check(Path layout) throws IOException {
    OciRules rules = new OciRules(layout);
    Map<String, Object> marker = object(parse(layout.resolve("oci-layout")));
    assertEquals(Map.of("imageLayoutVersion", "1.0.0"), marker);
    Map<String, Object> index = object(parse(layout.resolve("index.json")));
    assertEquals(2L, index.get("schemaVersion"));
    assertTrue(
        Set.of("schemaVersion", "mediaType", "manifests", "annotations")
            .containsAll(index.keySet()),
        index.keySet().toString());
    for (Object manifest : array(index.get("manifests"))) {
      rules.manifest(object(manifest));
    }
    return rules.manifests;
  }

  private void manifest(Map<String, Object> descriptor) throws IOException {
    manifests++;
    assertEquals("application/vnd.oci.image.manifest.v1+json", descriptor.get("mediaType"));
    Map<String, Object> manifest = object(parse(blob(descriptor)));
    assertEquals(2L, manifest.get("schemaVersion"));
    assertEquals(descriptor.get("mediaType"), manifest.get("mediaType"));
    Map<String, Object> config = object(manifest.get("config"));
    assertEquals("application/vnd.oci.image.config.v1+json", config.get("mediaType"));
    List<String> layers = new ArrayList<>();
    for (Object layer : array(manifest.get("layers"))) {
      assertEquals(
          "application/vnd.oci.image.layer.v1.tar",
          object(layer).get("mediaType"),
          "uncompressed, so that the digest is the diffID");
      blob(object(layer));
      layers.add((String) object(layer).get("digest"));
    }
    strings(manifest.getOrDefault("annotations", Map.of()));
    config(object(parse(blob(config))), layers);
  }

  private static void config(Map<String, Object> config, List<String> layers) {
    assertTrue(config.get("architecture") instanceof String, "architecture");
    assertEquals("linux", config.get("os"));
    dateTime(config.get("created"));
    Map<String, Object> rootfs = object(config.get("rootfs"));
    assertEquals("layers", rootfs.get("type"));
    assertEquals(layers, array(rootfs.get("diff_ids")));
    int withLayer = 0;
    for (Object entry : array(config.getOrDefault("history", List.of()))) {
      Map<String, Object> step = object(entry);
      dateTime(step.get("created"));
      assertTrue(
          Set.of("created", "created_by", "author", "comment", "empty_layer")
              .containsAll(step.keySet()),
          step.keySet().toString());
      withLayer += Boolean.TRUE.equals(step.get("empty_layer")) ? 0 : 1;
    }
    assertEquals(layers.size(), withLayer, "a layer for each step of the history that has one");
    runtime(object(config.getOrDefault("config", Map.of())));
  }

  private static void runtime(Map<String, Object> config) {
    assertTrue(CONFIG_MEMBERS.containsAll(config.keySet()), config.keySet().toString());
    for (String name : List.of("User", "WorkingDir", "StopSignal")) {
      assertTrue(config.getOrDefault(name, "") instanceof String, name);
    }
    for (String name : List.of("Env", "Entrypoint", "Cmd", "Shell", "OnBuild")) {
      for (Object element : array(config.getOrDefault(name, List.of()))) {
        assertTrue(element instanceof String, name);
        assertTrue(!name.equals("Env") || ((String) element).indexOf('=') > 0, element.toString());
      }
    }
    for (String name : List.of("ExposedPorts", "Volumes")) {
      object(config.getOrDefault(name, Map.of()))
          .forEach(
              (key, value) -> {
                assertEquals(Map.of(), value, name + " " + key);
                assertTrue(!name.equals("ExposedPorts") || PORT.matcher(key).matches(), key);
              });
    }
    strings(config.getOrDefault("Labels", Map.of()));
  }

  /** The blob that a descriptor stands for, of that size and with that digest. */
  private Path blob(Map<String, Object> descriptor) throws IOException {
    String digest = (String) descriptor.get("digest");
    assertTrue(DIGEST.matcher(digest).matches(), digest);
    assertTrue(MEDIA_TYPE.matcher((String) descriptor.get("mediaType")).matches());
    strings(descriptor.getOrDefault("annotations", Map.of()));
    Path blob = layout.resolve("blobs/" + digest.replace(':', '/'));
    assertEquals(descriptor.get("size"), Files.size(blob), digest);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(blob));
      assertEquals(digest, "sha256:" + HexFormat.of().formatHex(hash));
    } catch (java.security.NoSuchAlgorithmException every) {
      throw new AssertionError("every Java has SHA-256", every);
    }
    return blob;
  }

  private static void dateTime(Object value) {
    if (value != null) {
      assertTrue(DATE_TIME.matcher((String) value).matches(), value.toString());
    }
  }

  private static void strings(Object map) {
    object(map).forEach((key, value) -> assertTrue(value instanceof String, key));
  }

  @SuppressWarnings("unchecked") // parse makes no other keys
  private static Map<String, Object> object(Object value) {
    assertTrue(value instanceof Map, String.valueOf(value));
    return (Map<String, Object>) value;
  }

  private static List<?> array(Object value) {
    assertTrue(value instanceof List, String.valueOf(value));
    return (List<?>) value;
  }

  private static Object parse(Path file) throws IOException {
    try (JsonParser json = JSON.createParser(file.toFile())) {
      json.nextToken();
      Object value = value(json);
      assertEquals(null, json.nextToken(), file + " goes on after its document");
      return value;
    }
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          object.put(name, value(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(json));
        }
        yield array;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default ->
          throw new AssertionError("the specification has no place for " + json.currentToken());
    };
  }
}
