/* Mounts: new ones, and taking away those that protect. */
#include "probe.h"

#include <sched.h>
#include <sys/mount.h>

/* In a namespace of its own where that is permitted, so that nothing of it is left. */
static void apart(void) {
  if (unshare(CLONE_NEWNS) == 0) {
    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
  }
}

static void new_tmpfs(void) {
  apart();
  past_check(mount("none", "/tmp", "tmpfs", 0, NULL));
}

static void new_proc(void) {
  apart();
  past_check(mount("proc", "/tmp", "proc", 0, NULL));
}

static void new_overlay(void) {
  apart();
  past_check(mount("overlay", "/tmp", "overlay", 0, "lowerdir=/etc:/root"));
}

/* The classic way to the host: a hierarchy of control groups, and its release_agent. */
static void new_cgroup(void) {
  static const char *const controllers[] = {"freezer", "memory", "pids", "devices", "rdma", NULL};
  int last = EPERM;
  apart();
  for (const char *const *controller = controllers; *controller != NULL; controller++) {
    if (mount("cgroup", "/tmp", "cgroup", 0, *controller) == 0) {
      int agent = open("/tmp/release_agent", O_WRONLY | O_CLOEXEC);
      umount2("/tmp", MNT_DETACH);
      escaped("%s is mounted, its release_agent is %s", *controller,
              agent >= 0 ? "open for writing" : "protected");
    }
    last = errno;
  }
  errno = last;
  past_check(-1);
}

static void writable_again(void) {
  apart();
  past_check(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL));
}

static void bind_of_proc(void) {
  apart();
  past_check(mount("/proc", "/tmp", NULL, MS_BIND | MS_REC, NULL));
}

static void unmask(void) {
  apart();
  if (umount2("/proc/sys", MNT_DETACH) != 0 && errno == EINVAL) {
    harmless("nothing was mounted there");
  }
  past_check(errno == 0 ? 0 : -1);
}

static void turn_root(void) {
  apart();
  past_check(syscall(SYS_pivot_root, "/tmp", "/tmp"));
}

static void by_context(void) { past_check(syscall(SYS_fsopen, "proc", 0)); }
static void by_pick(void) { past_check(syscall(SYS_fspick, AT_FDCWD, "/", 0)); }
static void by_clone(void) { past_check(syscall(SYS_open_tree, AT_FDCWD, "/proc", 1 /* clone */)); }
static void by_move(void) { past_check(syscall(SYS_move_mount, AT_FDCWD, "/tmp", AT_FDCWD, "/root", 0)); }

static void by_attributes(void) {
  unsigned long attributes[4] = {0};
  apart();
  past_check(syscall(SYS_mount_setattr, AT_FDCWD, "/proc/sys", 0, attributes, sizeof attributes));
}

const struct row mount_rows[] = {
    {.name = "mount-tmpfs", .attack = new_tmpfs},
    {.name = "mount-proc", .attack = new_proc},
    {.name = "mount-overlay", .attack = new_overlay},
    {.name = "mount-cgroup", .attack = new_cgroup},
    {.name = "remount-proc-sys", .attack = writable_again},
    {.name = "bind-proc", .attack = bind_of_proc},
    {.name = "umount-proc-sys", .attack = unmask},
    {.name = "pivot-root", .attack = turn_root},
    {.name = "fsopen", .attack = by_context},
    {.name = "fspick", .attack = by_pick},
    {.name = "open-tree", .attack = by_clone},
    {.name = "move-mount", .attack = by_move},
    {.name = "mount-setattr", .attack = by_attributes},
    {0}};
