package jbuild.sandbox;

/** How the kernel is told the layers of an overlay. */
public enum OverlayMode {
  /**
   * By descriptor: fsconfig(2) FSCONFIG_SET_FD with {@code lowerdir+}, Linux 6.13. Nothing is
   * mounted anywhere, any number of layers.
   */
  BY_DESCRIPTOR,

  /**
   * By name: each layer is attached in a tmpfs that only the child sees, under a name so short that
   * some 900 fit into the one page of options that mount(2) takes.
   */
  BY_PATH
}
