package jbuild.build;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jbuild.oci.Digest;
import jbuild.step.CacheKey;
import jbuild.step.StoredLayer;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code cache/steps/}.
 *
 * @param shape of the COPY that gave the result; null for other steps
 */
record CacheRecord(CachedStep step, @Nullable Digest shape) {
  private static final JsonFactory JSON = new JsonFactory();

  byte[] print() throws IOException {
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
      if (shape != null) {
        out.writeStringField("shape", shape.hex());
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
  static @Nullable CacheRecord parse(byte[] text) {
    try (JsonParser in = JSON.createParser(new String(text, StandardCharsets.UTF_8))) {
      String parent = null;
      StoredLayer layer = null;
      Digest shape = null;
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
          case "shape" -> shape = new Digest(in.getText());
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
      return parent == null
          ? null
          : new CacheRecord(new CachedStep(components, parent, layer), shape);
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
