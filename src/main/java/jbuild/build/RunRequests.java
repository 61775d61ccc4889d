package jbuild.build;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.cgroup.Limit;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.InputRef;
import jbuild.graph.Operation;
import jbuild.graph.RunFlags;
import jbuild.graph.RunMount;
import jbuild.io.BytePath;
import jbuild.oci.Digest;
import jbuild.sandbox.NetworkMode;
import jbuild.step.MountContent;
import jbuild.step.RunRequest;

/** Decides what the instruction left open: from the command line, the context and other stages. */
final class RunRequests {
  private final BuildOptions options;
  private final StageBuilder.Sources sources;
  private final StageContentMemo memo;

  RunRequests(BuildOptions options, StageBuilder.Sources sources, StageContentMemo memo) {
    this.options = options;
    this.sources = sources;
    this.memo = memo;
  }

  RunRequest of(StageState state, Operation.RunOp operation) throws IOException {
    return new RunRequest(
        operation.argv(),
        operation.environment(),
        operation.workdir(),
        operation.user(),
        network(operation),
        limits(operation.flags()),
        state.base().platform(),
        operation.proxyEnvironment(),
        operation.script(),
        operation.mounts(),
        mounted(operation.mounts()),
        operation.flags(),
        options.runs());
  }

  private NetworkMode network(Operation.RunOp operation) {
    return switch (operation.network()) {
      case DEFAULT -> options.network();
      case HOST -> NetworkMode.HOST;
      case NONE -> NetworkMode.NONE;
    };
  }

  /** Limits of the step take the place of the build's. */
  private ResourceLimits limits(RunFlags flags) throws IOException {
    Long memory = flags.memoryBytes();
    Long cpus = flags.cpuMicros();
    Long pids = flags.pids();
    if (memory == null && cpus == null && pids == null) {
      return options.limits();
    }
    ResourceLimits.Builder limits = options.limits().toBuilder();
    if (memory != null) {
      // Which are meant beside the build's limit of memory.
      limits.clear(Limit.MEMORY_SWAP).clear(Limit.MEMORY_RESERVATION).set(Limit.MEMORY, memory);
    }
    if (cpus != null) {
      limits.clear(Limit.CPU_QUOTA).clear(Limit.CPU_PERIOD).set(Limit.CPUS, cpus);
    }
    if (pids != null) {
      limits.set(Limit.PIDS, pids);
    }
    try {
      return limits.build();
    } catch (IllegalArgumentException tooLittle) {
      throw new IOException(tooLittle.getMessage(), tooLittle);
    }
  }

  private List<String> mounted(List<RunMount> mounts) throws IOException {
    List<String> mounted = new ArrayList<>(mounts.size());
    for (RunMount mount : mounts) {
      if (mount instanceof RunMount.Bind bind) {
        mounted.add(content(bind.from(), bind.source()));
      } else if (mount instanceof RunMount.Cache cache
          && !(cache.from() instanceof InputRef.Scratch)) {
        mounted.add(content(cache.from(), cache.source()));
      } else {
        mounted.add("");
      }
    }
    return mounted;
  }

  private String content(InputRef from, String path) throws IOException {
    String identity = sources.identity(from);
    if (identity != null && from instanceof InputRef.FromImage && path.equals("/")) {
      return identity; // of a whole image, whose files are not read for it
    }
    Digest content = identity == null ? null : memo.findTree(identity, path);
    if (content == null) {
      content = MountContent.of(sources.mounted(from).tree(), BytePath.parse(path));
      if (identity != null) {
        memo.storeTree(identity, path, content);
      }
    }
    return content.hex();
  }
}
