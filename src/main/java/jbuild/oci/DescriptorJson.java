package jbuild.oci;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Descriptors and platforms inside of other documents. */
final class DescriptorJson {
  private DescriptorJson() {}

  static List<Descriptor> readList(JsonReader in) throws OciFormatException {
    List<Descriptor> list = new ArrayList<>();
    if (in.enterArray()) {
      while (in.nextElement()) {
        list.add(in.required(read(in)));
      }
    }
    return list;
  }

  /** Reads the present value; null when it is null. */
  static @Nullable Descriptor read(JsonReader in) throws OciFormatException {
    return in.enterObject() ? readMembers(in) : null;
  }

  static Descriptor readMembers(JsonReader in) throws OciFormatException {
    String mediaType = null;
    Digest digest = null;
    long size = -1;
    Map<String, String> annotations = Map.of();
    Platform platform = null;
    SortedMap<String, String> others = new TreeMap<>();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "mediaType" -> mediaType = mediaType(in, in.required(in.string()));
        case "digest" -> digest = in.digest();
        case "size" -> size = size(in);
        case "annotations" -> annotations = in.stringMap();
        case "platform" -> platform = readPlatform(in);
        case "artifactType" -> others.put(name, quoted(mediaType(in, in.required(in.string()))));
        case "data" -> others.put(name, quoted(base64(in)));
        case "urls" -> readUrls(in, others);
        default -> in.keep(name, others);
      }
    }
    return new Descriptor(
        in.required(mediaType, "mediaType"),
        in.required(digest, "digest"),
        in.required(size < 0 ? null : size, "size"),
        annotations,
        platform,
        others);
  }

  private static long size(JsonReader in) throws OciFormatException {
    long size = in.integer();
    if (size < 0) {
      throw in.error("is negative");
    }
    return size;
  }

  static String mediaType(JsonReader in, String text) throws OciFormatException {
    if (!MediaTypes.isMediaType(text)) {
      throw in.error("is no media type: " + text);
    }
    return text;
  }

  private static String base64(JsonReader in) throws OciFormatException {
    String data = in.required(in.string());
    if (data.length() % 4 != 0) {
      throw in.error("is not base64 with its padding");
    }
    try {
      Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw in.error("is not base64: " + e.getMessage());
    }
    return data;
  }

  /** RFC 3986 section 3: a URI starts with a scheme; more is the business of who fetches it. */
  private static void readUrls(JsonReader in, Map<String, String> others)
      throws OciFormatException {
    StringBuilder array = new StringBuilder("[");
    if (in.enterArray()) {
      while (in.nextElement()) {
        String raw = in.raw();
        if (raw.charAt(0) != '"' || raw.indexOf(':') < 2) {
          throw in.error("is no URL: " + raw);
        }
        array.append(array.length() == 1 ? "" : ",").append(raw);
      }
    }
    others.put("urls", array.append(']').toString());
  }

  /** Media types and base64 hold nothing that JSON would have to escape. */
  private static String quoted(String plain) {
    return '"' + plain + '"';
  }

  private static @Nullable Platform readPlatform(JsonReader in) throws OciFormatException {
    if (!in.enterObject()) {
      return null;
    }
    String os = null;
    String architecture = null;
    String variant = null;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "os" -> os = in.string();
        case "architecture" -> architecture = in.string();
        case "variant" -> variant = in.string();
        default -> in.raw();
      }
    }
    return new Platform(in.required(os, "os"), in.required(architecture, "architecture"), variant);
  }

  static void writeList(JsonWriter out, String name, List<Descriptor> list) throws IOException {
    out.startArray(name);
    for (Descriptor descriptor : list) {
      out.startObject();
      writeMembers(out, descriptor);
      out.endObject();
    }
    out.endArray();
  }

  static void write(JsonWriter out, String name, @Nullable Descriptor descriptor)
      throws IOException {
    if (descriptor != null) {
      out.startObject(name);
      writeMembers(out, descriptor);
      out.endObject();
    }
  }

  private static void writeMembers(JsonWriter out, Descriptor descriptor) throws IOException {
    out.text("mediaType", descriptor.mediaType());
    out.text("digest", descriptor.digest().toString());
    out.integer("size", descriptor.size());
    out.stringMap("annotations", descriptor.annotations());
    Platform platform = descriptor.platform();
    if (platform != null) {
      out.startObject("platform");
      out.text("architecture", platform.architecture());
      out.text("os", platform.os());
      out.text("variant", platform.variant());
      out.endObject();
    }
    out.others(descriptor.others());
  }
}
