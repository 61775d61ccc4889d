package jbuild.graph;

import static jbuild.graph.Builds.last;
import static jbuild.graph.Builds.operations;
import static jbuild.graph.Builds.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.api.Test;

/** {@code RUN --mount} and the other flags of RUN, as text. */
class RunMountTest {
  private static Operation.RunOp run(String... lines) throws BuildfileException {
    return last(operations(lines), Operation.RunOp.class);
  }

  private static RunMount mount(String fields) throws BuildfileException {
    return run("FROM x", "RUN --mount=" + fields + " y").mounts().get(0);
  }

  private static String refusal(String... lines) {
    return String.valueOf(
        assertThrows(BuildfileException.class, () -> operations(lines)).getMessage());
  }

  private static void refuses(String fields, String message) {
    assertEquals("Buildfile:2:5: " + message, refusal("FROM x", "RUN --mount=" + fields + " y"));
  }

  @Test
  void a_bind_is_of_the_context_and_read_only_unless_it_says_otherwise() throws Exception {
    RunMount.Bind bind = (RunMount.Bind) mount("target=/t");
    assertEquals(new InputRef.Context(), bind.from());
    assertEquals("/", bind.source());
    assertTrue(bind.readOnly());
    assertFalse(((RunMount.Bind) mount("type=bind,dst=/t,rw")).readOnly());
    assertFalse(((RunMount.Bind) mount("destination=/t,readonly=false")).readOnly());
    assertTrue(((RunMount.Bind) mount("target=/t,rw=false")).readOnly());
    assertEquals("/a/b", ((RunMount.Bind) mount("target=/t,src=../a//b/")).source());
  }

  @Test
  void a_relative_target_starts_at_the_working_directory() throws Exception {
    RunMount mount =
        run("FROM x", "WORKDIR /w", "RUN --mount=type=tmpfs,target=sub/../t y").mounts().get(0);
    assertEquals("/w/t", ((RunMount.Tmpfs) mount).target());
  }

  @Test
  void fields_are_expanded_but_not_from() throws Exception {
    RunMount.Cache cache =
        (RunMount.Cache)
            run("FROM x", "ARG d=/c", "ENV n=go", "RUN --mount=type=cache,id=$n,target=${d} y")
                .mounts()
                .get(0);
    assertEquals("go", cache.id());
    assertEquals("/c", cache.target());
    assertTrue(
        refusal("FROM x", "ARG s=a", "RUN --mount=from=$s,target=/t y")
            .startsWith("Buildfile:3:5: --from does not expand variables: $s"));
  }

  @Test
  void a_cache_has_its_target_for_id_and_is_shared_and_empty_at_first() throws Exception {
    RunMount.Cache cache = (RunMount.Cache) mount("type=cache,target=/root/.cache/");
    assertEquals("/root/.cache", cache.id());
    assertEquals(new InputRef.Scratch(), cache.from());
    assertEquals(RunMount.Sharing.SHARED, cache.sharing());
    assertEquals(new RunMount.Owner(0, 0, 0755), cache.owner());
    assertFalse(cache.readOnly());
    RunMount.Cache all =
        (RunMount.Cache)
            mount(
                "type=cache,id=i,target=/t,sharing=locked,mode=0700,uid=5,gid=6,from=im,src=s,ro");
    assertEquals(RunMount.Sharing.LOCKED, all.sharing());
    assertEquals(new RunMount.Owner(5, 6, 0700), all.owner());
    assertEquals(new InputRef.FromImage("im"), all.from());
    assertEquals("/s", all.source());
    assertTrue(all.readOnly());
  }

  @Test
  void a_secret_is_a_file_a_variable_or_both() throws Exception {
    RunMount.Secret file = (RunMount.Secret) mount("type=secret,id=a/token");
    assertEquals("/run/secrets/token", file.target());
    assertNull(file.variable());
    assertEquals(new RunMount.Owner(0, 0, 0400), file.owner());
    assertFalse(file.required());
    RunMount.Secret variable = (RunMount.Secret) mount("type=secret,id=t,env=T,required");
    assertNull(variable.target());
    assertEquals("T", variable.variable());
    assertTrue(variable.required());
    RunMount.Secret both = (RunMount.Secret) mount("type=secret,target=/k,env=T");
    assertEquals("k", both.id());
    assertEquals("/k", both.target());
  }

  @Test
  void agents_are_numbered_as_buildkit_does() throws Exception {
    List<RunMount> mounts =
        run("FROM x", "RUN --mount=type=ssh --mount=type=ssh,id=b,mode=0666 y").mounts();
    assertEquals("/run/buildkit/ssh_agent.0", ((RunMount.Ssh) mounts.get(0)).target());
    assertEquals("default", ((RunMount.Ssh) mounts.get(0)).id());
    assertEquals("/run/buildkit/ssh_agent.1", ((RunMount.Ssh) mounts.get(1)).target());
    assertEquals(0666, ((RunMount.Ssh) mounts.get(1)).owner().mode());
  }

  @Test
  void the_order_of_the_fields_does_not_matter() throws Exception {
    assertEquals(
        mount("type=secret,id=x,required=true").key(), mount("required=1,id=x,type=secret").key());
    assertEquals(1L << 20, ((RunMount.Tmpfs) mount("size=1m,target=/t,type=tmpfs")).size());
  }

  @Test
  void a_field_with_a_comma_stands_in_quotes() throws Exception {
    RunMount mount = mount("'type=tmpfs,\"target=/a,b\"'");
    assertEquals("/a,b", ((RunMount.Tmpfs) mount).target());
  }

  @Test
  void a_mounted_stage_is_built_first_and_others_are_left_out() throws Exception {
    BuildGraph graph =
        plan("FROM a AS one", "FROM b AS two", "FROM c", "RUN --mount=from=ONE,target=/t y");
    assertEquals(2, graph.stages().size());
    assertEquals(0, graph.stages().get(0).index());
    RunMount.Bind bind =
        (RunMount.Bind) last(operations(graph), Operation.RunOp.class).mounts().get(0);
    assertEquals(new InputRef.FromStage(0), bind.from());
    assertEquals(
        "Buildfile:2:5: stage copies from itself: 0",
        refusal("FROM c", "RUN --mount=from=0,target=/t y"));
  }

  @Test
  void unknown_fields_types_and_values_are_errors_with_their_place() {
    refuses("tpye=bind,target=/t", "--mount has no field tpye (did you mean type?)");
    refuses("type=cahce,target=/t", "--mount: no such type: cahce (did you mean cache?)");
    refuses(
        "type=volume,target=/t",
        "--mount: no such type: volume (it can be bind, cache, tmpfs, secret, ssh)");
    refuses(
        "type=cache,target=/t,sharing=lockd",
        "--mount: no such sharing: lockd (did you mean locked?)");
    refuses("target", "field of --mount without a value: target");
    refuses("type=bind,,target=/t", "--mount has an empty field");
    refuses("target=/t,ro=maybe", "--mount: field ro is neither true nor false: maybe");
    refuses("type=cache", "--mount: type=cache without a target");
    refuses("target=/x/..", "--mount: nothing can be mounted on the root: /x/..");
    refuses("type=cache,target=/t,mode=9", "--mount: field mode is not an octal mode: 9");
    refuses("type=cache,target=/t,mode=17777", "--mount: field mode is not an octal mode: 17777");
    refuses("type=cache,target=/t,uid=-1", "--mount: field uid is not an ID: -1");
    refuses("target=/t,uid=1", "--mount: field uid does not go with type=bind");
    refuses("target=/t,required", "--mount: field required does not go with type=bind");
    refuses("type=bind,size=1,target=/t", "--mount: field size does not go with type=bind");
    refuses("type=ssh,sharing=locked", "--mount: field sharing does not go with type=ssh");
    refuses("type=secret", "--mount: type=secret without id and target");
    refuses(
        "type=secret,id=a,source=b",
        "--mount: fields id and source say the same: give one of them");
    refuses("type=secret,id=a,env=", "--mount: field env is not the name of a variable: ");
    refuses(
        "type=tmpfs,target=/t,size=big",
        "--mount: field size: not a size: big (use bytes, or a number with k, m or g)");
  }

  @Test
  void unknown_fields_are_errors_in_stages_that_are_not_built_too() {
    assertThrows(
        BuildfileException.class, () -> plan("FROM a", "RUN --mount=typo=x y", "FROM b", "RUN z"));
  }

  @Test
  void the_keys_of_different_mounts_differ_and_secrets_have_no_value_to_show() throws Exception {
    assertFalse(mount("target=/a").key().equals(mount("target=/b").key()));
    assertFalse(mount("target=/a").key().equals(mount("target=/a,rw").key()));
    assertFalse(
        mount("type=cache,target=/a").key().equals(mount("type=cache,target=/a,id=b").key()));
    assertEquals("secret t /run/secrets/t null 0:0 400", mount("type=secret,id=t").key());
  }

  @Test
  void flags_of_our_own_are_read_with_their_variables() throws Exception {
    RunFlags flags =
        run(
                "FROM x",
                "ARG t=90s",
                "RUN --no-cache --timeout=$t --memory=1.5g --cpus=0.5 --pids-limit=-1 y")
            .flags();
    assertEquals(new RunFlags(false, true, 90_000_000_000L, 3L << 29, 50_000L, 0L), flags);
    assertEquals(RunFlags.NONE, run("FROM x", "RUN y").flags());
    assertTrue(run("FROM x", "RUN --security=insecure y").flags().insecure());
    assertFalse(run("FROM x", "RUN --security=sandbox y").flags().insecure());
  }

  @Test
  void flags_that_mean_nothing_are_errors_with_their_place() {
    assertEquals(
        "Buildfile:2:5: --timeout: not a time: soon (such as 90s or 1h30m)",
        refusal("FROM x", "RUN --timeout=soon y"));
    assertEquals(
        "Buildfile:2:5: --timeout: not a time that passes: -1s (such as 90s or 1h30m)",
        refusal("FROM x", "RUN --timeout=-1s y"));
    assertEquals(
        "Buildfile:2:5: --cpus: not a number of processors: 0 (such as 1.5)",
        refusal("FROM x", "RUN --cpus=0 y"));
    assertEquals(
        "Buildfile:2:5: --pids-limit: not a number of processes: many",
        refusal("FROM x", "RUN --pids-limit=many y"));
    assertTrue(refusal("FROM x", "RUN --timout=1s y").contains("did you mean --timeout?"));
  }

  @Test
  void sizes_are_bounded() throws Exception {
    assertEquals(512L << 20, ByteSize.parse("512MiB"));
    assertEquals(65536, ByteSize.parse("65536"));
    assertEquals(1L << 40, ByteSize.parse("1tb"));
    for (String wrong : List.of("", "m", "-1", "1.2.3", "1e9", "99999999p", "9".repeat(40))) {
      assertThrows(
          jbuild.buildfile.SyntaxException.class, () -> ByteSize.parse(wrong), "<" + wrong + ">");
    }
  }
}
