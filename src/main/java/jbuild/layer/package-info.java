/**
 * Layers: tar change sets as OCI defines them, the tree of entries each holds, and what can be done
 * with trees: write them as canonical tars, stack them, extract them. A tar is parsed once, while
 * its bytes fly by; from then on only the {@link jbuild.layer.LayerTree} matters. Nothing here
 * mounts anything: see {@code jbuild.snapshot}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI image layer
 *     filesystem changeset</a>
 */
@NullMarked
package jbuild.layer;

import org.jspecify.annotations.NullMarked;
