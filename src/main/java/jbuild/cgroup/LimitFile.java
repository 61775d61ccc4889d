package jbuild.cgroup;

/**
 * A file of a limit.
 *
 * @param name SIZE in it stands for the setting's key
 * @param isExtra whether it is written beside the others if the kernel has it
 */
record LimitFile(String name, Conversion conversion, boolean isExtra) {
  static LimitFile of(String name, Conversion conversion) {
    return new LimitFile(name, conversion, false);
  }

  static LimitFile also(String name, Conversion conversion) {
    return new LimitFile(name, conversion, true);
  }

  String nameFor(ResourceLimits.Setting setting) {
    return name.replace("SIZE", setting.key());
  }
}
