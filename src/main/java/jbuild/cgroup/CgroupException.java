package jbuild.cgroup;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A control group could not be made, used or removed. */
public final class CgroupException extends IOException {
  public CgroupException(String message) {
    super(message);
  }

  public CgroupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
