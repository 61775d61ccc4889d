package jbuild.build;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * Results of steps by key: one small JSON file each in {@code cache/steps/}. A record is written
 * after its layer and counts only while the layer is there in full length, so it may be lost or
 * stale at any time without harm.
 */
final class BuildCache {
  private static final int MAX_RECORD = 4 << 20;

  private final DataRoot root;
  private final BlobStore blobs;
  private static final JsonFactory JSON = new JsonFactory();

  BuildCache(DataRoot root, BlobStore blobs) {
    this.root = root;
    this.blobs = blobs;
  }

  /** The record of {@code key}, if its layer is there; null otherwise. */
  @Nullable CachedStep find(Digest key) throws IOException {
    byte[] text;
    try (InputStream in = Files.newInputStream(file(key))) {
      text = in.readNBytes(MAX_RECORD);
    } catch (NoSuchFileException miss) {
      return null;
    }
    CachedStep step = parse(text);
    if (step == null) {
      return null;
    }
    StoredLayer layer = step.layer();
    boolean whole =
        layer == null
            || (blobs.contains(layer.diffId()) && blobs.size(layer.diffId()) == layer.size());
    return whole ? step : null;
  }

  /** Whether a step of this shape was ever executed: if not, its content need not be hashed. */
  boolean knowsShape(Digest shape) {
    return Files.exists(shapeFile(shape));
  }

  void store(CacheKey key, CachedStep step) throws IOException {
    root.replaceNotDurably(file(key.digest()), print(step));
  }

  void storeShape(Digest shape) throws IOException {
    if (!knowsShape(shape)) {
      root.replaceNotDurably(shapeFile(shape), new byte[0]);
    }
  }

  private Path file(Digest key) {
    return root.stepCache().resolve(key.hex());
  }

  private Path shapeFile(Digest shape) {
    return root.stepCache().resolve("shape-" + shape.hex());
  }

  static byte[] print(CachedStep step) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("parent", step.parent());
      StoredLayer layer = step.layer();
      if (layer != null) {
        out.writeObjectFieldStart("layer");
        out.writeStringField("diffId", layer.diffId().hex());
        out.writeNumberField("size", layer.size());
        out.writeNumberField("newestSeconds", layer.newestSeconds());
        out.writeNumberField("newestNanos", layer.newestNanos());
        out.writeEndObject();
      }
      out.writeArrayFieldStart("components");
      for (CacheKey.Component component : step.components()) {
        out.writeString(component.name());
        out.writeString(component.value());
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Null for what is not a record: a torn file after a crash of the machine is a miss. */
  static @Nullable CachedStep parse(byte[] text) {
    try (JsonParser in = JSON.createParser(new String(text, StandardCharsets.UTF_8))) {
      String parent = null;
      StoredLayer layer = null;
      List<CacheKey.Component> components = new ArrayList<>();
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        switch (name) {
          case "parent" -> parent = in.getText();
          case "layer" -> layer = parseLayer(in);
          case "components" -> {
            while (in.nextToken() == JsonToken.VALUE_STRING) {
              String component = in.getText();
              if (in.nextToken() != JsonToken.VALUE_STRING) {
                return null;
              }
              components.add(new CacheKey.Component(component, in.getText()));
            }
          }
          default -> in.skipChildren();
        }
      }
      return parent == null ? null : new CachedStep(components, parent, layer);
    } catch (IOException | IllegalArgumentException torn) {
      return null;
    }
  }

  private static StoredLayer parseLayer(JsonParser in) throws IOException {
    String diffId = "";
    long size = 0;
    long seconds = 0;
    int nanos = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "diffId" -> diffId = in.getText();
        case "size" -> size = in.getLongValue();
        case "newestSeconds" -> seconds = in.getLongValue();
        case "newestNanos" -> nanos = in.getIntValue();
        default -> in.skipChildren();
      }
    }
    return new StoredLayer(new Digest(diffId), size, seconds, nanos);
  }
}
