package jbuild.build;

import jbuild.layer.IndexStore;
import jbuild.linux.Syscalls;
import jbuild.progress.ProgressListener;
import jbuild.remote.Remotes;
import jbuild.step.RunStep;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.ImageStore;
import jbuild.store.WorkDirs;

/**
 * What a build works with. What a cached build does not need is made when it is first asked for.
 *
 * @param syscalls for looking into contexts
 * @param runStep for executing RUN
 * @param remotes for what is fetched
 */
public record BuildTools(
    DataRoot root,
    BlobStore blobs,
    ImageStore images,
    IndexStore indexes,
    WorkDirs workDirs,
    Lazy<Syscalls> syscalls,
    Lazy<RunStep> runStep,
    Lazy<Remotes> remotes,
    ProgressListener progress) {}
