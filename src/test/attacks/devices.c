/* Device files of the host's devices: made here, and brought by the image. */
#include "probe.h"

#include <sys/sysmacros.h>

/* Opens it in every directory that may be a file system of its own. EACCES: a mount with nodev;
 * EPERM: a device control group, or no right to make one. Anything else came from the driver. */
static void open_node(const char *what, mode_t type, unsigned major, unsigned minor, int *last) {
  static const char *const directories[] = {"/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/etc", "/root", NULL};
  for (const char *const *directory = directories; *directory != NULL; directory++) {
    char path[64];
    snprintf(path, sizeof path, "%s/attack-%s", *directory, what);
    if (mknod(path, type | 0600, makedev(major, minor)) != 0) {
      *last = *last == 0 ? errno : *last;
      continue;
    }
    int device = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int error = errno;
    unlink(path);
    if (device >= 0 || (error != EACCES && error != EPERM)) {
      escaped("%s was opened by a node in %s%s", what, *directory,
              device >= 0 ? "" : ", and the driver is not there");
    }
    *last = error;
  }
}

struct device {
  const char *name;
  mode_t type;
  unsigned major, minor;
};

static void open_nodes(const struct device *devices) {
  int last = 0;
  for (; devices->name != NULL; devices++) {
    open_node(devices->name, devices->type, devices->major, devices->minor, &last);
  }
  refused(last);
}

static void disk(void) {
  const struct device devices[] = {{"disk", S_IFBLK, facts.disk[0], facts.disk[1]}, {0}};
  open_nodes(devices);
}

/* Documentation/admin-guide/devices.txt */
static void memory(void) {
  static const struct device devices[] = {
      {"mem", S_IFCHR, 1, 1}, {"kmem", S_IFCHR, 1, 2}, {"port", S_IFCHR, 1, 4}, {0}};
  open_nodes(devices);
}

static void log_device(void) {
  static const struct device devices[] = {{"kmsg", S_IFCHR, 1, 11}, {0}};
  open_nodes(devices);
}

static void loop(void) {
  static const struct device devices[] = {
      {"loop-control", S_IFCHR, 10, 237}, {"loop0", S_IFBLK, 7, 0}, {0}};
  open_nodes(devices);
}

static void consoles(void) {
  static const struct device devices[] = {{"tty0", S_IFCHR, 4, 0}, {"tty1", S_IFCHR, 4, 1},
                                          {"ttyS0", S_IFCHR, 4, 64}, {"vcs", S_IFCHR, 7, 0},
                                          {"vcsa1", S_IFCHR, 7, 129}, {0}};
  open_nodes(devices);
}

static void network(void) {
  static const struct device devices[] = {
      {"tun", S_IFCHR, 10, 200}, {"vhost-net", S_IFCHR, 10, 238}, {0}};
  open_nodes(devices);
}

static void others(void) {
  static const struct device devices[] = {
      {"fuse", S_IFCHR, 10, 229},     {"kvm", S_IFCHR, 10, 232},    {"snapshot", S_IFCHR, 10, 231},
      {"uinput", S_IFCHR, 10, 223},   {"mapper", S_IFCHR, 10, 236}, {"vsock", S_IFCHR, 10, 241},
      {"input", S_IFCHR, 13, 64},     {"dri", S_IFCHR, 226, 0},     {"md0", S_IFBLK, 9, 0},
      {"ram0", S_IFBLK, 1, 0},        {"nvram", S_IFCHR, 10, 144},  {"hpet", S_IFCHR, 10, 228},
      {"autofs", S_IFCHR, 10, 235},   {"btrfs", S_IFCHR, 10, 234},  {"msr", S_IFCHR, 202, 0},
      {"console", S_IFCHR, 5, 1},     {0}};
  open_nodes(devices);
}

static void of_image(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/disk", facts.home);
  int device = open(path, O_RDONLY | O_CLOEXEC);
  if (device >= 0) {
    escaped("%s, the host's disk, is open", path);
  }
  refused(errno);
}


static void in_dev(void) {
  static const char *const names[] = {"mem", "kmem", "port", "kmsg", "loop-control", "fuse", "kvm", "vda", "sda",
                                      "nvme0n1", "console", "tty0", "tty1", "hvc0", "ttyS0", "vcs", NULL};
  for (const char *const *name = names; *name != NULL; name++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/dev/%s", *name);
    int device = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    /* A console that the runtime has made of a terminal of its own is none of the host's. */
    if (device >= 0 && fstat(device, &status) == 0 && major(status.st_rdev) != 136) {
      escaped("%s is open", path);
    }
  }
  harmless("none of the host's is there");
}

const struct row device_rows[] = {
    {.name = "node-of-disk", .attack = disk},
    {.name = "node-of-memory", .attack = memory},
    {.name = "node-of-log", .attack = log_device},
    {.name = "node-of-loop", .attack = loop},
    {.name = "node-of-consoles", .attack = consoles},
    {.name = "node-of-network", .attack = network},
    {.name = "node-of-others", .attack = others},
    {.name = "node-in-image", .attack = of_image},
    {.name = "node-in-dev", .attack = in_dev},
    {0}};
