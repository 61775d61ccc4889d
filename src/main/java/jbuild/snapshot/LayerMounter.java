package jbuild.snapshot;

import java.io.IOException;
import jbuild.layer.LayerUnit;
import jbuild.linux.Fd;

/** One rung of the ladder: a way to make layers mountable. */
interface LayerMounter {
  /**
   * A descriptor that an overlay takes as a lower directory: the root of a detached mount, or a
   * directory. Closing it is all that is needed to be rid of it.
   *
   * @throws jbuild.linux.ErrnoException with {@link Rung#isRefusal} when this machine cannot do it
   *     this way at all
   */
  Fd mount(LayerUnit unit) throws IOException;
}
