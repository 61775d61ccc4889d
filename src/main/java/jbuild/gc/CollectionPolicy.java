package jbuild.gc;

import java.io.File;
import java.time.Duration;
import jbuild.store.DataRoot;

/**
 * What may stay although no image and no container refers to it.
 *
 * @param cacheLimit bytes of build cache that stay, the most recently used first
 * @param keepCacheFor build cache that was used within this time stays whatever it needs
 * @param all whether other things that only save time go as well, whatever their age
 * @param spare what is younger than this stays in any case
 */
public record CollectionPolicy(
    long cacheLimit, Duration keepCacheFor, boolean all, Duration spare) {
  private static final long MOST = 20_000_000_000L;
  private static final int PART = 10;

  /**
   * An automatic collection begins at the limit and goes down to this part of it, so that not every
   * build afterwards begins another one.
   */
  private static final double AUTOMATIC_PART = 0.75;

  /**
   * Other programs write into an image layout without leases: blobs first, {@code index.json} last.
   * Nobody chose the moment of an automatic collection, so it leaves them time.
   */
  private static final Duration AUTOMATIC_SPARE = Duration.ofHours(1);

  /** 20 GB, or a tenth of the file system if that is less. */
  public static long defaultLimit(DataRoot root) {
    return Math.min(MOST, new File(root.root().toString()).getTotalSpace() / PART);
  }

  /** Down to {@code cacheLimit} bytes of build cache. */
  public static CollectionPolicy keeping(long cacheLimit) {
    return new CollectionPolicy(cacheLimit, Duration.ZERO, false, Duration.ZERO);
  }

  /** All that is of no use but to builds to come. */
  public static CollectionPolicy everything() {
    return new CollectionPolicy(0, Duration.ZERO, true, Duration.ZERO);
  }

  /** What happens when there are more than {@code cacheLimit} bytes. */
  public static CollectionPolicy automatic(long cacheLimit) {
    return new CollectionPolicy(
        (long) (cacheLimit * AUTOMATIC_PART), Duration.ZERO, false, AUTOMATIC_SPARE);
  }
}
