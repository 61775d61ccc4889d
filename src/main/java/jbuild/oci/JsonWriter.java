package jbuild.oci;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one document in its canonical form: members in the order of the calls, no white space, and
 * nothing for what is empty, zero or null, as Go's {@code omitempty} has it.
 */
final class JsonWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final JsonGenerator out;

  JsonWriter() throws IOException {
    out = Json.FACTORY.createGenerator(bytes);
    out.writeStartObject();
  }

  byte[] finish() throws IOException {
    out.writeEndObject();
    out.close();
    return bytes.toByteArray();
  }

  void startObject(String name) throws IOException {
    out.writeObjectFieldStart(name);
  }

  /** An object that is an array's element. */
  void startObject() throws IOException {
    out.writeStartObject();
  }

  void endObject() throws IOException {
    out.writeEndObject();
  }

  void startArray(String name) throws IOException {
    out.writeArrayFieldStart(name);
  }

  void endArray() throws IOException {
    out.writeEndArray();
  }

  void text(String name, @Nullable String value) throws IOException {
    if (value != null && !value.isEmpty()) {
      out.writeStringField(name, value);
    }
  }

  /** A member that is written even when it is zero. */
  void integer(String name, long value) throws IOException {
    out.writeNumberField(name, value);
  }

  void integerUnlessZero(String name, long value) throws IOException {
    if (value != 0) {
      out.writeNumberField(name, value);
    }
  }

  void flag(String name, boolean value) throws IOException {
    if (value) {
      out.writeBooleanField(name, true);
    }
  }

  void strings(String name, List<String> values) throws IOException {
    if (values.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart(name);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  void digests(String name, List<Digest> values) throws IOException {
    out.writeArrayFieldStart(name);
    for (Digest value : values) {
      out.writeString(value.toString());
    }
    out.writeEndArray();
  }

  void stringMap(String name, Map<String, String> values) throws IOException {
    if (values.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      out.writeStringField(value.getKey(), value.getValue());
    }
    out.writeEndObject();
  }

  /** Go's {@code map[string]struct{}}. */
  void names(String name, Collection<String> values) throws IOException {
    if (values.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart(name);
    for (String value : values) {
      out.writeObjectFieldStart(value);
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  /** Members kept as raw JSON by {@link JsonReader#keep}. */
  void others(Map<String, String> members) throws IOException {
    for (Map.Entry<String, String> member : members.entrySet()) {
      out.writeFieldName(member.getKey());
      out.writeRawValue(member.getValue());
    }
  }
}
