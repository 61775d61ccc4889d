package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import jbuild.medium.Media;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base from a medium, built upon and run. */
class ImportMediumIT {
  @TempDir Path temporary;

  @Test
  void a_medium_is_a_base_for_a_build_whose_image_runs() throws Exception {
    Session session = sessionWithBox();
    String medium = Media.unpack("centos.iso", temporary).toString();
    session.jbuild("import", medium, "-t", "centos:7").succeeds();
    session
        .build(
            "app",
            "FROM centos:7",
            "COPY box/bin/busybox /usr/bin/sh",
            "COPY --from=box / /box",
            "RUN /box/bin/cat /etc/os-release > /seen && /box/bin/test -e /opt/linked-too",
            "CMD [\"/box/bin/cat\", \"/seen\"]")
        .succeeds();
    assertEquals(
        "ID=centos\nVERSION_ID=\"1\"\nPRETTY_NAME=\"centos 1\"\n",
        session.process("", "run", "--rm", "app").succeeds().out());
  }

  private Session sessionWithBox() throws IOException {
    Session session = new Session(temporary);
    session.makeBox();
    return session;
  }
}
