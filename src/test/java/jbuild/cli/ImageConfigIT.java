package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What instructions leave in an image's configuration, as docker would store it. */
class ImageConfigIT {
  private static final String PATH =
      "\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"";

  @TempDir Path temporary;

  @TestFactory
  Stream<DynamicTest> configurations() {
    return Stream.of(
        config(
            "ENV keeps the order and replaces in place",
            List.of("ENV B=1 A=2", "ENV C=3", "ENV B=4"),
            "\"Env\":[" + PATH + ",\"B=4\",\"A=2\",\"C=3\"],\"WorkingDir\":\"/\""),
        config(
            "variables of one instruction see the old values",
            List.of("ENV abc=hello", "ENV abc=bye def=$abc"),
            "\"Env\":[" + PATH + ",\"abc=bye\",\"def=hello\"],\"WorkingDir\":\"/\""),
        added("the last CMD counts", List.of("CMD a b", "CMD [\"c\"]"), "\"Cmd\":[\"c\"]"),
        added(
            "ENTRYPOINT keeps a CMD of its own stage",
            List.of("CMD [\"c\"]", "ENTRYPOINT [\"e\"]"),
            "\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"]"),
        added(
            "ENTRYPOINT resets the CMD of its base",
            List.of("CMD [\"c\"]", "FROM base", "ENTRYPOINT [\"e\"]"),
            "\"Entrypoint\":[\"e\"]"),
        added(
            "CMD leaves the ENTRYPOINT of its base",
            List.of("ENTRYPOINT [\"e\"]", "CMD [\"c\"]", "FROM base", "CMD [\"d\"]"),
            "\"Entrypoint\":[\"e\"],\"Cmd\":[\"d\"]"),
        added(
            "a shell form gets the shell of its time",
            List.of("CMD a $b", "SHELL [\"/bin/bash\", \"-c\"]", "ENTRYPOINT exec c"),
            "\"Entrypoint\":[\"/bin/bash\",\"-c\",\"exec c\"],"
                + "\"Cmd\":[\"/bin/sh\",\"-c\",\"a $b\"],\"Shell\":[\"/bin/bash\",\"-c\"]"),
        added(
            "ports are a set with protocols",
            List.of("EXPOSE 80 53/udp", "EXPOSE 80/tcp 7000-7001"),
            "\"ExposedPorts\":{\"53/udp\":{},\"7000/tcp\":{},\"7001/tcp\":{},\"80/tcp\":{}}"),
        added(
            "volumes are a set in both forms",
            List.of("VOLUME /b /a", "VOLUME [\"/c\"]"),
            "\"Volumes\":{\"/a\":{},\"/b\":{},\"/c\":{}}"),
        added(
            "labels merge with those of the base",
            List.of("LABEL a=1 b=2", "FROM base", "LABEL b=3 c=\"x y\""),
            "\"Labels\":{\"a\":\"1\",\"b\":\"3\",\"c\":\"x y\"}"),
        added("USER", List.of("USER a:b"), "\"User\":\"a:b\""),
        added("STOPSIGNAL", List.of("STOPSIGNAL SIGINT"), "\"StopSignal\":\"SIGINT\""),
        added(
            "HEALTHCHECK in nanoseconds",
            List.of("HEALTHCHECK --interval=2s --retries=3 CMD curl x"),
            "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"curl x\"],"
                + "\"Interval\":2000000000,\"Retries\":3}"),
        added(
            "HEALTHCHECK NONE takes the base's away",
            List.of("HEALTHCHECK CMD x", "FROM base", "HEALTHCHECK NONE"),
            "\"Healthcheck\":{\"Test\":[\"NONE\"]}"),
        added(
            "ONBUILD keeps its triggers",
            List.of("ONBUILD RUN a", "ONBUILD COPY b /"),
            "\"OnBuild\":[\"RUN a\",\"COPY b /\"]"),
        config(
            "WORKDIR continues where the last one ended",
            List.of("WORKDIR /a", "WORKDIR b", "FROM base", "WORKDIR c/../d"),
            "\"Env\":[" + PATH + "],\"WorkingDir\":\"/a/b/d\""));
  }

  private DynamicTest added(String name, List<String> lines, String members) {
    return dynamicTest(name, () -> assertEquals(sorted(members), sorted(without(built(lines)))));
  }

  private DynamicTest config(String name, List<String> lines, String members) {
    return dynamicTest(name, () -> assertEquals(sorted(members), sorted(built(lines))));
  }

  /** Takes away what every image has. */
  private static String without(String members) {
    return members
        .replace("\"Env\":[" + PATH + "]", "")
        .replace("\"WorkingDir\":\"/\"", "")
        .replaceAll("^,+|,+$", "")
        .replaceAll(",,+", ",");
  }

  /** The members in one order, whatever theirs is. */
  private static List<String> sorted(String members) {
    return Stream.of(members.split(",(?=\"[A-Z][A-Za-z]+\":)", -1)).sorted().toList();
  }

  /** The members of {@code config}; {@code FROM base} starts from what the lines before gave. */
  private String built(List<String> lines) throws IOException {
    Session session = new Session(Files.createTempDirectory(temporary, "build"));
    int split = lines.indexOf("FROM base");
    List<String> last = lines.subList(split + 1, lines.size());
    if (split >= 0) {
      session.build("base", file("FROM scratch", lines.subList(0, split))).succeeds();
    }
    session.build("x", file(split < 0 ? "FROM scratch" : "FROM base", last)).succeeds();
    String text = session.jbuild("inspect", "x").succeeds().out();
    String config = text.substring(text.indexOf("\"config\":{") + "\"config\":{".length());
    return config.substring(0, end(config));
  }

  private static int end(String members) {
    int depth = 0;
    for (int i = 0; i < members.length(); i++) {
      char c = members.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}' && depth-- == 0) {
        return i;
      }
    }
    throw new AssertionError("no end: " + members);
  }

  private static String[] file(String first, List<String> lines) {
    return Stream.concat(Stream.of(first), lines.stream()).toArray(String[]::new);
  }
}
