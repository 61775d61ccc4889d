package jbuild.oci;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one JSON document, value by value. A {@code null} counts as an absent value, as it
 * does in Go, which wrote most of these documents. Every error names the document and the member as
 * a JSON pointer (RFC 6901).
 */
final class JsonReader {
  private final String document;
  private final JsonParser parser;

  JsonReader(String document, byte[] json) throws OciFormatException {
    this.document = document;
    if (json.length > Json.MAX_DOCUMENT) {
      throw new OciFormatException(
          document + ": has " + json.length + " bytes, the limit is " + Json.MAX_DOCUMENT);
    }
    try {
      parser = Json.FACTORY.createParser(json);
    } catch (IOException e) {
      throw new OciFormatException(document + ": " + e.getMessage(), e);
    }
    if (next() != JsonToken.START_OBJECT) {
      throw new OciFormatException(document + ": is not a JSON object");
    }
  }

  /** Ends the document: nothing but white space may follow. */
  void end() throws OciFormatException {
    if (next() != null) {
      throw error("more follows the end of the document");
    }
  }

  /** Steps into the object that is the present value; false when the value is null. */
  boolean enterObject() throws OciFormatException {
    return enter(JsonToken.START_OBJECT, "an object");
  }

  /** Goes to the next member's value and gives its name; null at the object's end. */
  @Nullable String nextMember() throws OciFormatException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    try {
      String name = parser.currentName();
      next();
      return wellFormed(name);
    } catch (IOException e) {
      throw syntax(e);
    }
  }

  boolean enterArray() throws OciFormatException {
    return enter(JsonToken.START_ARRAY, "an array");
  }

  /** Goes to the next element; false at the array's end. */
  boolean nextElement() throws OciFormatException {
    return next() != JsonToken.END_ARRAY;
  }

  @Nullable String string() throws OciFormatException {
    if (isNull()) {
      return null;
    }
    expect(JsonToken.VALUE_STRING, "a string");
    try {
      return wellFormed(parser.getText());
    } catch (IOException e) {
      throw syntax(e);
    }
  }

  /** A string, empty when it is null. */
  String text() throws OciFormatException {
    String value = string();
    return value == null ? "" : value;
  }

  long integer() throws OciFormatException {
    if (isNull()) {
      return 0;
    }
    expect(JsonToken.VALUE_NUMBER_INT, "an integer");
    try {
      return parser.getLongValue();
    } catch (IOException e) {
      throw syntax(e);
    }
  }

  boolean bool() throws OciFormatException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE && !isNull()) {
      throw wrongType("true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** An array of strings, empty when it is null. */
  List<String> strings() throws OciFormatException {
    List<String> values = new ArrayList<>();
    if (enterArray()) {
      while (nextElement()) {
        values.add(required(string()));
      }
    }
    return values;
  }

  /** An object whose members are strings, empty when it is null. */
  SortedMap<String, String> stringMap() throws OciFormatException {
    SortedMap<String, String> values = new TreeMap<>();
    if (enterObject()) {
      for (String name = nextMember(); name != null; name = nextMember()) {
        values.put(name, text());
      }
    }
    return values;
  }

  /** Go's {@code map[string]struct{}}: the names of an object whose members are empty objects. */
  SortedSet<String> names() throws OciFormatException {
    SortedSet<String> values = new TreeSet<>();
    if (enterObject()) {
      for (String name = nextMember(); name != null; name = nextMember()) {
        if (enterObject()) {
          skipMembers();
        }
        values.add(name);
      }
    }
    return values;
  }

  private void skipMembers() throws OciFormatException {
    while (nextMember() != null) {
      raw();
    }
  }

  /** Keeps a member that this program has no use for, as compact JSON. */
  void keep(String name, Map<String, String> others) throws OciFormatException {
    others.put(name, raw());
  }

  /** The present value, whatever it is, as compact JSON; numbers keep their digits. */
  String raw() throws OciFormatException {
    StringWriter copy = new StringWriter();
    try (JsonGenerator out = Json.FACTORY.createGenerator(copy)) {
      int depth = 0;
      while (true) {
        switch (parser.currentToken()) {
          case START_OBJECT, START_ARRAY -> depth++;
          case END_OBJECT, END_ARRAY -> depth--;
          case FIELD_NAME, VALUE_STRING -> wellFormed(parser.getText());
          default -> {
            // a number, true, false or null
          }
        }
        if (parser.currentToken().isNumeric()) {
          out.writeNumber(parser.getText());
        } else {
          out.copyCurrentEvent(parser);
        }
        if (depth == 0) {
          break;
        }
        parser.nextToken();
      }
    } catch (IOException e) {
      throw syntax(e);
    }
    return copy.toString();
  }

  Digest digest() throws OciFormatException {
    try {
      return Digest.parse(required(string()));
    } catch (OciFormatException e) {
      throw error(e.getMessage());
    }
  }

  /** Refuses null where a value must be. */
  <T> T required(@Nullable T value) throws OciFormatException {
    if (value == null) {
      throw error("is missing");
    }
    return value;
  }

  <T> T required(@Nullable T value, String member) throws OciFormatException {
    if (value == null) {
      throw error("has no member " + member);
    }
    return value;
  }

  /** An error at the present value. */
  OciFormatException error(@Nullable String what) {
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    return new OciFormatException(
        document + ": " + (pointer.isEmpty() ? "" : pointer + ": ") + what);
  }

  private boolean enter(JsonToken start, String what) throws OciFormatException {
    if (isNull()) {
      return false;
    }
    expect(start, what);
    return true;
  }

  private boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  private void expect(JsonToken expected, String what) throws OciFormatException {
    if (parser.currentToken() != expected) {
      throw wrongType(what);
    }
  }

  private OciFormatException wrongType(String wanted) {
    String seen =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NUMBER_INT -> "an integer";
          case VALUE_NUMBER_FLOAT -> "a number with a fraction";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          default -> "null";
        };
    return error("is " + seen + ", not " + wanted);
  }

  private @Nullable JsonToken next() throws OciFormatException {
    try {
      return parser.nextToken();
    } catch (IOException e) {
      throw syntax(e);
    }
  }

  /** JSON can spell half a surrogate pair, which no UTF-8 can hold and so nothing could write. */
  private String wellFormed(String text) throws OciFormatException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          throw error("holds half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  private OciFormatException syntax(IOException e) {
    String what = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
    OciFormatException error = error(what);
    error.initCause(e);
    return error;
  }
}
