package jbuild.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import jbuild.buildfile.CommandLine;
import jbuild.buildfile.Flag;
import jbuild.buildfile.Instruction;
import jbuild.buildfile.Origin;
import jbuild.buildfile.SourceRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our rules, as far as the file alone tells. */
class LayerFindingsTest {
  private static void finds(Rule rule, List<String> messages, String... lines) throws Exception {
    assertEquals(
        String.join("\n", messages),
        String.join("\n", Checks.of(rule, lines)).replace(rule.id() + ": ", ""));
  }

  private static void finds(Rule rule, int count, String... lines) throws Exception {
    List<String> found = Checks.of(rule, lines);
    assertEquals(count, found.size(), found::toString);
  }

  @Test
  void a_recursive_chown_names_the_copy_that_it_stores_again() throws Exception {
    finds(
        Rule.RECURSIVE_CHOWN_LAYER,
        List.of(
            "5 chown -R stores files of the COPY in line 3 a second time",
            "6 chmod -R stores files of the ADD in line 4 a second time"),
        "FROM scratch",
        "WORKDIR /srv",
        "COPY app/ app/",
        "ADD conf/ /etc/conf/",
        "RUN useradd u && cd app && chown -hR u .",
        "RUN chmod --recursive g+w /etc");
  }

  @Test
  void a_chown_of_what_its_own_run_makes_is_fine() throws Exception {
    finds(
        Rule.RECURSIVE_CHOWN_LAYER,
        0,
        "FROM alpine:3",
        "COPY app /app/",
        "RUN mkdir /data && chown -R 5 /data && chown 5 /app && chown -R 5 /application $UNKNOWN");
  }

  @Test
  void what_is_only_copied_from_may_be_untidy() throws Exception {
    finds(
        Rule.RECURSIVE_CHOWN_LAYER,
        0,
        "FROM alpine:3 AS build",
        "COPY app/ /app/",
        "RUN chown -R 5 /app",
        "FROM scratch",
        "COPY --from=build /app /app");
    finds(
        Rule.RECURSIVE_CHOWN_LAYER,
        1,
        "FROM alpine:3 AS build",
        "COPY app/ /app/",
        "FROM build",
        "RUN chown -R 5 /app");
  }

  @Test
  void files_deleted_later_are_those_of_copies_downloads_and_caches() throws Exception {
    finds(
        Rule.DELETED_IN_LATER_LAYER,
        List.of(
            "5 rm hides /tmp/a.tgz of the COPY in line 2, which stays stored",
            "6 rm hides /opt/b.zip of the RUN in line 3, which stays stored",
            "7 rm hides /var/lib/apt/lists of the RUN in line 4, which stays stored"),
        "FROM debian:12",
        "COPY a.tgz b.txt /tmp/",
        "RUN cd /opt && wget -qO b.zip http://example.org/b && curl -o /c http://e/ && rm /c",
        "RUN apt-get update",
        "RUN tar xf /tmp/a.tgz && rm -f /tmp/a.tgz",
        "RUN rm -rf /opt/b.zip /c",
        "RUN rm -rf /var/lib/apt/lists/*");
  }

  @Test
  void deleting_what_no_layer_has_is_fine() throws Exception {
    finds(
        Rule.DELETED_IN_LATER_LAYER,
        0,
        "FROM debian:12",
        "COPY src /src",
        "RUN make -C /src && rm -rf /src/build /tmp/* /root/.cache",
        "RUN --mount=type=bind,target=/ctx rm -rf /elsewhere");
  }

  @Test
  void caches_are_left_unless_cleaned_or_mounted_over() throws Exception {
    finds(
        Rule.PACKAGE_CACHE_LEFT,
        List.of(
            "2 the cache of apt stays in this layer",
            "3 the cache of apk stays in this layer",
            "4 the cache of dnf stays in this layer",
            "5 the cache of pip stays in this layer"),
        "FROM debian:12",
        "RUN apt-get -qq update && apt-get install -y a",
        "RUN apk add --virtual .x a",
        "RUN [\"microdnf\", \"-y\", \"install\", \"a\"]",
        "RUN python3 -m pip install a");
    finds(
        Rule.PACKAGE_CACHE_LEFT,
        0,
        "FROM debian:12",
        "RUN apt-get update; apt-get install a; rm -rf \\",
        "  /var/lib/apt/lists/*",
        "RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update",
        "RUN apk --no-cache add a",
        "RUN yum install -y a && yum clean all",
        "RUN dnf -y install a && rm -rf /var/cache/*",
        "ENV PIP_NO_CACHE_DIR=1",
        "RUN pip install a",
        "RUN apt-get install -y ./local.deb");
  }

  @Test
  void a_document_of_several_commands_needs_errexit() throws Exception {
    finds(Rule.HEREDOC_WITHOUT_ERREXIT, 1, "FROM a:1", "RUN <<EOF", "make", "make install", "EOF");
    finds(
        Rule.HEREDOC_WITHOUT_ERREXIT,
        1,
        "FROM a:1",
        "RUN bash -x <<EOF",
        "make",
        "make install",
        "EOF");
    finds(
        Rule.HEREDOC_WITHOUT_ERREXIT,
        1,
        "FROM a:1",
        "RUN <<EOF",
        "#!/usr/bin/env bash",
        "make",
        "make install",
        "EOF");
    for (String first :
        List.of("set -eux", "set -o errexit", "# comment", "#!/bin/sh -e", "#!/usr/bin/python3")) {
      boolean comment = first.equals("# comment");
      finds(
          Rule.HEREDOC_WITHOUT_ERREXIT,
          comment ? 1 : 0,
          "FROM a:1",
          "RUN <<EOF",
          first,
          "make",
          "make install",
          "EOF");
    }
    finds(Rule.HEREDOC_WITHOUT_ERREXIT, 0, "FROM a:1", "RUN <<EOF", "a && \\", "b", "EOF");
    finds(
        Rule.HEREDOC_WITHOUT_ERREXIT,
        0,
        "FROM a:1",
        "SHELL [\"/bin/bash\", \"-ec\"]",
        "RUN <<EOF",
        "a",
        "b",
        "EOF");
    finds(Rule.HEREDOC_WITHOUT_ERREXIT, 0, "FROM a:1", "RUN cat <<EOF", "a", "b", "EOF");
  }

  @Test
  void the_strict_shell_directive_answers_for_documents_and_pipes() throws Exception {
    String[] lines = {"FROM a:1", "RUN curl x | sh", "RUN <<EOF", "a", "b", "EOF"};
    finds(Rule.PIPE_WITHOUT_PIPEFAIL, 1, lines);
    String[] strict = new String[lines.length + 1];
    strict[0] = "# jbuild: strict-shell";
    System.arraycopy(lines, 0, strict, 1, lines.length);
    finds(Rule.PIPE_WITHOUT_PIPEFAIL, 0, strict);
    finds(Rule.HEREDOC_WITHOUT_ERREXIT, 0, strict);
  }

  @Test
  void a_pipe_is_judged_by_its_producer() throws Exception {
    finds(
        Rule.PIPE_WITHOUT_PIPEFAIL,
        List.of("2 a failure of curl before the pipe goes unnoticed"),
        "FROM a:1",
        "RUN echo a && curl -s b | grep c | sort");
    finds(
        Rule.PIPE_WITHOUT_PIPEFAIL,
        0,
        "FROM a:1",
        "RUN echo 'curl | sh' | tee a || true",
        "RUN case \"$a\" in x|y) echo 1 ;; z | q) echo 2;; esac",
        "RUN set -o pipefail; curl a | sh",
        "RUN [\"sh\", \"-o\", \"pipefail\", \"-c\", \"curl a | sh\"]",
        "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]",
        "RUN curl a | sh",
        "SHELL [\"powershell\", \"-command\"]",
        "RUN Get-Item a | Format-List");
  }

  @Test
  void secrets_are_known_by_their_file_names() throws Exception {
    finds(
        Rule.SECRET_COPIED,
        List.of(
            "2 deploy/id_ed25519 usually holds a secret, which everybody who has the image can"
                + " read",
            "3 .env.production usually holds a secret, which everybody who has the image can read",
            "4 .aws/credentials usually holds a secret, which everybody who has the image can"
                + " read"),
        "FROM scratch",
        "COPY deploy/id_ed25519 /root/.ssh/",
        "ADD .env.production .env.example /app/",
        "COPY [\".aws/credentials\", \"/\"]",
        "COPY id_ed25519.pub environment .envrc /",
        "FROM scratch",
        "COPY --from=0 /root/.ssh/id_ed25519 /");
  }

  @Test
  void images_without_a_version_are_noted_and_stages_are_not() throws Exception {
    finds(
        Rule.UNPINNED_BASE,
        List.of(
            "2 image alpine has no tag",
            "5 image quay.io:443/a/b:latest has a tag that moves",
            "6 image golang has no tag"),
        "ARG v=3.20",
        "FROM alpine AS a",
        "FROM a",
        "FROM alpine:$v",
        "FROM quay.io:443/a/b:latest",
        "COPY --from=golang /a /a",
        "COPY --from=a /a /a",
        "COPY --from=0 /a /a",
        "FROM scratch",
        "FROM alpine@sha256:" + "0".repeat(64));
  }

  @Test
  void add_is_for_archives_and_remote_sources() throws Exception {
    finds(
        Rule.ADD_INSTEAD_OF_COPY,
        List.of("2 ADD does nothing here that COPY does not"),
        "FROM scratch",
        "ADD . /app",
        "ADD a.tar.xz b /",
        "ADD https://example.org/x /",
        "ADD git@example.org:a/b.git /",
        "ADD $anything /",
        "ADD dist/* /",
        "ADD --checksum=sha256:" + "0".repeat(64) + " x /");
  }

  @Test
  void extensions_are_reported_only_for_other_builders() throws Exception {
    String[] lines = {"# jbuild: strict-shell", "FROM host", "COPY --from=host /a /a"};
    assertEquals(List.of(), Checks.all(Checks.request(), lines));
    assertEquals(
        List.of(
            "1 NotPortable: .jbuildignore is an extension of jbuild",
            "1 NotPortable: the directive # jbuild: is an extension of jbuild",
            "2 NotPortable: FROM host is an extension of jbuild",
            "3 NotPortable: --from=host is an extension of jbuild"),
        Checks.all(Checks.asDockerfile(".jbuildignore"), lines));
  }

  @Test
  void flags_and_instructions_of_our_own_are_no_ones_else() throws Exception {
    assertEquals(
        List.of(
            "2 NotPortable: COPY --optional is an extension of jbuild",
            "3 NotPortable: UNSET is an extension of jbuild"),
        Checks.all(Checks.asDockerfile(""), "FROM scratch", "COPY --optional a /", "UNSET ENV a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "timeout", "memory", "cpus", "pids-limit"})
  void flags_of_run_that_are_our_own_are_no_ones_else(String name) throws Exception {
    SourceRange range = new SourceRange(2, 5, 2, 9);
    Origin origin = new Origin("RUN", range, "RUN a", List.of(new Flag(name, "1", range)));
    Report report = new Report();
    PortableRules.check(
        new Site(
            Checks.parse("FROM scratch"),
            new Instruction.Run(origin, new CommandLine.Shell("a"), List.of()),
            CheckConfig.NONE,
            List.of(),
            report));
    assertEquals("RUN --" + name + " is an extension of jbuild", report.sorted().get(0).message());
  }

  @Test
  void a_finding_points_at_its_command_and_not_at_an_earlier_word_of_that_name() throws Exception {
    assertEquals(
        "4:3",
        place(
            Rule.PIPE_WITHOUT_PIPEFAIL,
            "FROM scratch",
            "RUN grep -q '/usr/share/locale' /etc/x; \\",
            "  locale --version; \\",
            "  locale -a | grep utf8"));
    assertEquals(
        "3:3",
        place(
            Rule.PACKAGE_CACHE_LEFT,
            "FROM scratch",
            "RUN --mount=type=bind,target=/mnt/apt-get \\",
            "  apt-get update"));
  }

  private static String place(Rule rule, String... lines) throws Exception {
    for (Finding finding : Checks.result(Checks.request(), lines).findings()) {
      if (finding.rule() == rule) {
        return finding.range().startLine() + ":" + finding.range().startColumn();
      }
    }
    return "";
  }
}
