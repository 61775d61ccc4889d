package jbuild.graph;

import java.util.List;

/** Tells what a plan cannot know by itself: the ONBUILD triggers of images. */
public interface BaseTriggers {
  /** Images have none. */
  BaseTriggers NONE = (image, platform) -> List.of();

  /**
   * The triggers of an image, in order; none for one that is not there or cannot be read, which is
   * an error only when the image is needed.
   *
   * @param image as FROM names it
   */
  List<String> of(String image, PlatformName platform);
}
