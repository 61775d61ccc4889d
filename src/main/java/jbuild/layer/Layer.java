package jbuild.layer;

import jbuild.oci.Digest;

/**
 * A layer whose tar is in the store.
 *
 * @param diffId of the uncompressed tar, which is also the blob's name
 * @param size of the tar in bytes
 * @param tree its entries; the data of all files is {@link FileData.Stored} or {@link
 *     FileData.Sparse} on device 0, the tar
 * @param newestMtimeSeconds the latest time of any entry, since 1970; 0 when there is none
 * @param newestMtimeNanos to add to it
 */
public record Layer(
    Digest diffId, long size, LayerTree tree, long newestMtimeSeconds, int newestMtimeNanos) {

  static Layer of(Digest diffId, long size, LayerTree tree) {
    Newest newest = new Newest();
    newest.look(tree.root());
    return new Layer(diffId, size, tree, newest.seconds, newest.nanos);
  }

  private static final class Newest {
    private boolean any;
    private long seconds;
    private int nanos;

    void look(Inode inode) {
      if (inode instanceof Directory directory) {
        if (!directory.isImplied()) {
          take(directory.attributes());
        }
        for (Inode child : directory.children().values()) {
          look(child);
        }
      } else if (!(inode instanceof Whiteout)) {
        take(inode.attributes());
      }
    }

    private void take(Attributes attributes) {
      if (!any || attributes.isNewerThan(seconds, nanos)) {
        any = true;
        seconds = attributes.mtimeSeconds();
        nanos = attributes.mtimeNanos();
      }
    }
  }
}
