package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a Buildfile says, the documents in the data root follow the specification. */
class OciDocumentsIT {
  private static final String EVERY_INSTRUCTION =
      """
      ARG BASE=scratch
      FROM $BASE AS first
      COPY . /a/
      FROM first
      MAINTAINER Jane Doe <jane@example.org>
      ARG ONE=1
      ENV A=1 B="two words" C=
      LABEL "org.example/a b"=ü empty=""
      ADD --chown=1:2 . /b/
      COPY --from=first --chmod=600 /a/script /c
      WORKDIR /w
      USER daemon:12
      SHELL ["/bin/bash", "-c"]
      EXPOSE 80 53/udp 9000-9002/tcp
      VOLUME ["/v1", "/v 2"]
      STOPSIGNAL SIGQUIT
      HEALTHCHECK --interval=5s --timeout=1m --start-period=2s --retries=3 CMD true
      ONBUILD COPY . /later
      ENTRYPOINT ["/entry", "\\u00e4"]
      CMD echo $A
      """;

  @TempDir Path place;

  @Test
  void every_document_follows_the_specification() throws Exception {
    Path root = place.resolve("root");
    Jbuild jbuild = Jbuild.withRoot(root);
    Path context = place.resolve("context");
    OddTree.make(context);
    Path every = Files.writeString(place.resolve("every"), EVERY_INSTRUCTION);
    Path nothing = Files.writeString(place.resolve("nothing"), "FROM scratch\nENV a=b\n");
    Path tar = place.resolve("rootfs.tar");
    jbuild
        .run("-f", every.toString(), "-t", "every", "-t", "one/more:v1", context.toString())
        .succeeded();
    jbuild.run("-f", nothing.toString(), "-t", "nothing", context.toString()).succeeded();
    jbuild.run("export", "every", "-o", tar.toString()).succeeded();
    jbuild.run("import", tar.toString(), "-t", "imported").succeeded();
    jbuild.run("import", tar.toString()).succeeded();
    assertEquals(4, OciRules.check(root), "a name each; the import without one is the same image");
  }
}
