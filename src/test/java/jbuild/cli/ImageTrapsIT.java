package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What naive builders get wrong about the image and about what RUN sees of it. */
class ImageTrapsIT {
  @TempDir static Path temporary;
  private static Session session;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  private static String inspect(String image) {
    return session.jbuild("inspect", image).succeeds().out();
  }

  @Test
  void trap_16_scratch_has_a_path_and_a_directory() throws IOException {
    session.build("s", "FROM scratch", "LABEL a=b").succeeds();
    assertContains(
        "\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"]",
        inspect("s"));
    assertContains("\"WorkingDir\":\"/\"", inspect("s"));
  }

  @Test
  void trap_39_a_directory_is_made_for_its_user_with_parents() throws IOException {
    Jbuild.assumeRoot("a directory of another user");
    session
        .build(
            "w",
            "FROM box",
            "USER 5:6",
            "WORKDIR /a/b",
            "USER 0",
            "RUN test \"$(ls -dn /a/b | { read m n u g rest; echo $m $u $g; })\" ="
                + " 'drwxr-xr-x 5 6'",
            "WORKDIR c",
            "RUN test \"$PWD\" = /a/b/c",
            "WORKDIR /a/b",
            "RUN test \"$(ls -dn . | { read m n u g rest; echo $u $g; })\" = '5 6'")
        .succeeds();
  }

  @Test
  void trap_40_numbers_need_no_entry_and_unknown_names_are_errors() throws IOException {
    Jbuild.assumeRoot("another user");
    session
        .build(
            "u",
            "FROM box",
            "COPY <<EOF /etc/passwd",
            "me:x:7:8::/home/me:/bin/sh",
            "EOF",
            "COPY <<EOF /etc/group",
            "mine:x:8:",
            "more:x:9:me",
            "EOF",
            "USER 77",
            "RUN test $(id -u):$(id -g) = 77:0",
            "USER 77:66",
            "RUN test $(id -u):$(id -g) = 77:66",
            "USER me",
            "RUN test \"$(id -u):$(id -G)\" = '7:8 9' && test $HOME = /home/me",
            "USER me:more",
            "RUN test \"$(id -u):$(id -G)\" = 7:9",
            "ENV HOME=/mine",
            "RUN test $HOME = /mine")
        .succeeds();
    for (String user : new String[] {"nobody-there", "me:none"}) {
      String err = session.build("x", "FROM u", "USER " + user, "RUN true").err();
      assertContains("Buildfile:3:1: ", err);
      assertContains(user.substring(user.indexOf(':') + 1), err);
    }
  }

  @Test
  void every_user_may_enter_the_root_whatever_a_layer_says_of_it() throws IOException {
    Session.Result built =
        session.build("closed", "FROM box", "RUN chmod 700 /", "USER 4321", "RUN test -x /bin");
    built.succeeds();
    assertEquals("", session.jbuild("run", "--rm", "closed", "sh", "-c", ":").succeeds().out());
    Session.Result child = session.build("child", "FROM closed", "RUN cd / && true").succeeds();
    String history = session.jbuild("history", "child").succeeds().out();
    assertContains("RUN cd / && true", child.err());
    assertEquals(
        2,
        history.lines().filter(line -> line.contains("RUN") && line.contains(" 0B")).count(),
        history);
  }

  @Test
  void trap_43_what_is_written_below_a_volume_stays() throws IOException {
    session
        .build("v", "FROM box", "VOLUME [\"/v\", \"/w w\"]", "RUN echo kept > /v", "RUN test -s /v")
        .succeeds();
    assertContains("\"Volumes\":{\"/v\":{},\"/w w\":{}}", inspect("v"));
  }

  @Test
  void trap_46_labels_of_stages_that_are_only_copied_from_are_not_inherited() throws IOException {
    session
        .build(
            "l",
            "FROM scratch AS a",
            "LABEL a=1 both=a",
            "COPY <<EOF /f",
            "EOF",
            "FROM scratch AS b",
            "LABEL b=1 both=b",
            "FROM b",
            "COPY --from=a /f /",
            "LABEL c=1 both=c")
        .succeeds();
    assertContains("\"Labels\":{\"b\":\"1\",\"both\":\"c\",\"c\":\"1\"}", inspect("l"));
  }

  @Test
  void a_stage_or_image_that_is_nearly_named_is_suggested() throws IOException {
    String err = session.build("x", "FROM box AS build", "RUN true", "FROM biuld").err();
    assertContains("Buildfile:3:6: no image of that name in ", err);
    assertContains("(did you mean build?)", err);
    err = session.build("x", "FROM box AS build", "FROM box", "COPY --from=buidl a b").err();
    assertContains("--from=buidl: neither a stage nor an image of that name (did you mean", err);
  }

  @Test
  void what_is_no_directory_on_the_way_is_not_said_to_be_missing() throws IOException {
    String err = session.build("x", "FROM box", "COPY Buildfile/x /x").err();
    assertContains(": Buildfile is no directory and leads to none", err);
    assertFalse(err.contains("did you mean"), err);
  }

  @Test
  void syntax_is_accepted_and_said_with_debug_only() throws IOException {
    String[] lines = {"# syntax=docker/dockerfile:1", "FROM scratch", "LABEL a=b"};
    assertFalse(session.build("x", lines).succeeds().err().contains("syntax"));
    String debug = session.jbuild("build", "--debug", session.context().toString()).err();
    assertContains("# syntax=docker/dockerfile:1: jbuild reads the file itself", debug);
    assertEquals(debug.indexOf("# syntax"), debug.lastIndexOf("# syntax"));
  }
}
