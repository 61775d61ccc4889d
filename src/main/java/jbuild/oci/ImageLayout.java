package jbuild.oci;

/** The file {@code oci-layout}, which marks a directory as an image layout (image-layout.md). */
public final class ImageLayout {
  private ImageLayout() {}

  public static final String FILE = "oci-layout";

  /** The whole file of the one version there is. */
  public static final String JSON = "{\"imageLayoutVersion\":\"1.0.0\"}";

  /** Fails unless the file's content is that of a layout this program can read. */
  public static void check(byte[] json) throws OciFormatException {
    JsonReader in = new JsonReader(FILE, json);
    String version = null;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "imageLayoutVersion" -> version = in.required(in.string());
        default -> in.raw();
      }
    }
    in.end();
    if (!in.required(version, "imageLayoutVersion").equals("1.0.0")) {
      throw in.error("imageLayoutVersion is " + version + ", only 1.0.0 is known");
    }
  }
}
