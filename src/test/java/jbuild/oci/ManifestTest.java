package jbuild.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String CONFIG =
      "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:"
          + HEX
          + "\",\"size\":7}";
  private static final String LAYER =
      "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"sha256:"
          + HEX
          + "\",\"size\":1024}";
  private static final String MANIFEST =
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
          + CONFIG
          + ",\"layers\":["
          + LAYER
          + "]}";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String refused(String json) {
    return assertThrows(OciFormatException.class, () -> Manifest.fromJson(utf8(json))).getMessage();
  }

  @Test
  void is_written_in_one_way() throws Exception {
    Digest digest = new Digest(HEX);
    Manifest manifest =
        Manifest.of(
            Descriptor.of(MediaTypes.CONFIG, digest, 7),
            List.of(Descriptor.of(MediaTypes.LAYER, digest, 1024)));
    assertEquals(MANIFEST, new String(manifest.toJson(), StandardCharsets.UTF_8));
    assertEquals(manifest, Manifest.fromJson(manifest.toJson()));
  }

  @Test
  void docker_manifests_are_read() throws Exception {
    String docker =
        MANIFEST.replace(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    assertEquals(MediaTypes.DOCKER_MANIFEST, Manifest.fromJson(utf8(docker)).mediaType());
  }

  @Test
  void a_document_that_is_manifest_and_index_at_once_is_neither() {
    String both = MANIFEST.replace("\"layers\"", "\"manifests\":[],\"layers\"");
    assertEquals(
        "image manifest: /manifests: an image manifest must not have this member of an index",
        refused(both));
    assertThrows(OciFormatException.class, () -> ImageIndex.fromJson(utf8(both)));
  }

  @Test
  void an_error_names_document_and_member() {
    assertEquals(
        "image manifest: /layers/0/size: is negative", refused(MANIFEST.replace("1024", "-1024")));
    assertEquals(
        "image manifest: /config/size: is a string, not an integer",
        refused(MANIFEST.replace(":7", ":\"7\"")));
    assertEquals("image manifest: schemaVersion is not 2", refused(MANIFEST.replace(":2,", ":1,")));
    assertEquals(
        "image manifest: /config: has no member digest",
        refused(MANIFEST.replaceFirst("\"digest\":\"[^\"]*\",", "")));
    assertEquals(
        "image manifest: /config/mediaType: is no media type: image",
        refused(MANIFEST.replace("application/vnd.oci.image.config.v1+json", "image")));
    refused(MANIFEST.replace(":7", ":99999999999999999999"));
    refused(MANIFEST.replace("image.manifest.v1", "image.index.v1"));
    refused(MANIFEST.replace("\"layers\"", "\"x\""));
    refused(MANIFEST.replace("\"size\":7", "\"size\":7,\"urls\":[\"nowhere\"]"));
    refused(MANIFEST.replace("\"size\":7", "\"size\":7,\"data\":\"YQ\""));
    refused(MANIFEST.replace("\"size\":7", "\"size\":7,\"artifactType\":\"a/.b\""));
    refused(MANIFEST.replace("\"layers\"", "\"subject\":\"x\",\"layers\""));
  }

  @Test
  void an_index_of_another_tool_is_written_with_all_its_members() throws Exception {
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
            + "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + HEX
            + "\",\"size\":5,\"annotations\":{\"a\":\"b\"},"
            + "\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"},"
            + "\"artifactType\":\"a/b\",\"data\":\"aGVsbG8=\",\"urls\":[\"https://x/y\"]}],"
            + "\"annotations\":{\"c\":\"d\"},\"subject\":{\"x\":1}}";
    ImageIndex index = ImageIndex.fromJson(utf8(json));
    assertEquals(json, new String(index.toJson(), StandardCharsets.UTF_8));
    assertEquals("linux/arm64/v8", String.valueOf(index.manifests().get(0).platform()));
  }

  @Test
  void half_a_surrogate_pair_is_refused_in_members_that_are_only_kept() {
    for (String kept : new String[] {"\"\\ud800\"", "[{\"a\":\"x\\udc00\"}]", "{\"\\ud800y\":1}"}) {
      String json = "{\"schemaVersion\":2,\"manifests\":[],\"other\":" + kept + "}";
      OciFormatException refused =
          assertThrows(OciFormatException.class, () -> ImageIndex.fromJson(utf8(json)));
      assertTrue(refused.getMessage().contains("surrogate"), refused.getMessage());
    }
  }

  @Test
  void an_annotation_is_set_and_taken_away() {
    Descriptor plain = Descriptor.of(MediaTypes.MANIFEST, new Digest(HEX), 1);
    Descriptor named = plain.withAnnotation(Descriptor.REF_NAME, "a:b");
    assertEquals(Map.of(Descriptor.REF_NAME, "a:b"), named.annotations());
    assertEquals(plain, named.withAnnotation(Descriptor.REF_NAME, null));
  }

  @Test
  void only_version_1_0_0_of_the_image_layout_is_known() throws Exception {
    ImageLayout.check(utf8(ImageLayout.JSON));
    assertThrows(
        OciFormatException.class,
        () -> ImageLayout.check(utf8("{\"imageLayoutVersion\":\"2.0.0\"}")));
    assertThrows(
        OciFormatException.class, () -> ImageLayout.check(utf8("{\"imageLayoutVersion\":1.0}")));
    assertThrows(OciFormatException.class, () -> ImageLayout.check(utf8("{}")));
  }
}
