package jbuild.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageConfigTest {
  private static final String DIFF_ID =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String ROOTFS =
      "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + DIFF_ID + "\"]}";

  private static ImageConfig read(String json) throws OciFormatException {
    return ImageConfig.fromJson(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String written(ImageConfig config) throws Exception {
    return new String(config.toJson(), StandardCharsets.UTF_8);
  }

  private static String refused(String json) {
    return assertThrows(OciFormatException.class, () -> read(json)).getMessage();
  }

  @Test
  void every_member_is_read_and_written_in_the_order_of_go() throws Exception {
    String json =
        """
        {"created":"2026-11-21T19:53:33.333243341Z","author":"A <a@b>","architecture":"arm64",\
        "os":"linux","variant":"v8","config":{"User":"1:2","ExposedPorts":{"53/udp":{},"80/tcp":{}},\
        "Env":["Z=1","A="],"Entrypoint":["/e"],"Cmd":["c","d"],"Volumes":{"/data":{}},\
        "WorkingDir":"/w","Labels":{"a":"1","b":"ü\\"\\n"},"StopSignal":"SIGINT","ArgsEscaped":true,\
        "Healthcheck":{"Test":["CMD","t"],"Interval":1,"Timeout":2,"StartPeriod":3,\
        "StartInterval":4,"Retries":5},"OnBuild":["RUN x"],"Shell":["/bin/bash","-c"]},\
        %s,"history":[{"created":"2026-11-21T19:53:33Z","created_by":"x","author":"y","comment":"z"},\
        {"created_by":"e","empty_layer":true}]}\
        """
            .formatted(ROOTFS);
    ImageConfig config = read(json);
    assertEquals(json, written(config));
    assertEquals(new Platform("linux", "arm64", "v8"), config.platform());
    assertEquals(List.of("Z=1", "A="), config.config().env());
    assertEquals(Set.of("53/udp", "80/tcp"), config.config().exposedPorts());
    assertEquals(Map.of("a", "1", "b", "ü\"\n"), config.config().labels());
    assertEquals(List.of(Digest.parse(DIFF_ID)), config.diffIds());
    assertEquals(true, config.history().get(1).emptyLayer());
  }

  @Test
  void members_of_others_survive_with_their_exact_numbers() throws Exception {
    String json =
        """
        {"architecture":"amd64","os":"linux","config":{"Hostname":"","Memory":1e400},%s,\
        "history":[{"x":[{},[],null,true]}],"docker_version":"20.10","x.y":1.10}\
        """
            .formatted(ROOTFS);
    assertEquals(json, written(read(json)));
  }

  @Test
  void null_is_the_same_as_absent_as_dockers_configs_have_it() throws Exception {
    ImageConfig config =
        read(
            """
            {"architecture":"amd64","os":"linux","created":null,"history":null,
             "config":{"Cmd":null,"Env":null,"Volumes":null,"OnBuild":null,"Labels":null,
                       "Healthcheck":null,"ExposedPorts":null,"User":null},
            """
                + ROOTFS
                + "}");
    assertEquals(
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{}," + ROOTFS + "}",
        written(config));
  }

  @Test
  void an_edit_changes_a_copy() {
    RuntimeConfig before = RuntimeConfig.EMPTY.edit().user("a").labels(Map.of("k", "v")).build();
    RuntimeConfig after = before.edit().user("b").build();
    assertEquals("a", before.user());
    assertEquals("b", after.user());
    assertEquals(before.labels(), after.labels());
  }

  @Test
  void an_error_names_document_and_member() {
    assertEquals(
        "image config: /config/Env/1: is an integer, not a string",
        refused("{\"config\":{\"Env\":[\"A=b\",7]}}"));
    assertEquals(
        "image config: /config/Env: holds foo, which is not of the form NAME=VALUE",
        refused("{\"config\":{\"Env\":[\"foo\"]}}"));
    assertEquals(
        "image config: /rootfs/diff_ids/0: x is no digest of the form"
            + " sha256:<64 lower-case hexadecimal digits>",
        refused("{\"rootfs\":{\"diff_ids\":[\"x\"]}}"));
    assertEquals("image config: has no member os", refused("{" + ROOTFS + "}"));
    assertEquals(
        "image config: /created: time: yesterday: not of RFC 3339's form",
        refused("{\"created\":\"yesterday\"}"));
  }

  @Test
  void duplicate_members_are_refused() {
    String message = refused("{\"config\":{\"User\":\"a\",\"User\":\"root\"}}");
    assertEquals(true, message.startsWith("image config: /config/User: Duplicate"), message);
  }

  @Test
  void text_after_the_document_is_refused() {
    refused("{\"architecture\":\"amd64\",\"os\":\"linux\"," + ROOTFS + "} {}");
    refused("{\"architecture\":\"amd64\",\"os\":\"linux\"," + ROOTFS + "}x");
  }

  @Test
  void hostile_documents_are_refused_without_being_kept_in_memory() {
    refused("{\"x\":" + "[".repeat(100_000));
    refused("{\"x\":" + "1".repeat(100_000) + "}");
    refused("{\"" + "n".repeat(100_000) + "\":1}");
    refused("{\"os\":1e999999999}");
    refused("{\"x\":\"\\ud800\",\"os\":\"\\ud800\"}");
    refused("[]");
    refused("");
    byte[] large = new byte[100 << 20];
    String message =
        assertThrows(OciFormatException.class, () -> ImageConfig.fromJson(large)).getMessage();
    assertEquals("image config: has 104857600 bytes, the limit is 4194304", message);
  }
}
