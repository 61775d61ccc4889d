/* Rights that come back: capabilities of files, of sets that outlive execve(2), and groups. */
#include "probe.h"

#include <linux/capability.h>
#include <sys/xattr.h>

enum { SYS_ADMIN = CAP_SYS_ADMIN };

static unsigned long status_of(const char *name) {
  char line[256];
  size_t length = strlen(name);
  FILE *status = fopen("/proc/self/status", "re");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, name, length) == 0) {
      fclose(status);
      return strtoul(line + length, NULL, 16);
    }
  }
  absent(ENOENT);
}

static void inheritable(void) {
  unsigned long sets = status_of("CapInh:\t") | status_of("CapAmb:\t");
  if (sets != 0) {
    escaped("inheritable or ambient are 0x%lx", sets);
  }
  harmless("both sets are empty");
}

static void take_all(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {{~0U, ~0U, 0}, {0x1ff, 0x1ff, 0}};
  if (syscall(SYS_capset, &header, sets) != 0) {
    sets[0].permitted = sets[0].effective = 1U << SYS_ADMIN;
    sets[1].permitted = sets[1].effective = 0;
  } else {
    escaped("all capabilities are held");
  }
  past_check(syscall(SYS_capset, &header, sets));
}

/* Ambient takes what is inheritable, and that has to be permitted first. */
static void raise_ambient(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2];
  if (syscall(SYS_capget, &header, sets) != 0) {
    refused(errno);
  }
  sets[0].inheritable |= 1U << SYS_ADMIN;
  syscall(SYS_capset, &header, sets);
  past_check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, SYS_ADMIN, 0, 0));
}

/* Copies this program, to give the copy rights. */
static const char *copy(void) {
  static const char *const name = "/tmp/attack-copy";
  char buffer[65536];
  int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  int to = open(name, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0755);
  for (ssize_t length; (length = read(from, buffer, sizeof buffer)) > 0;) {
    if (write(to, buffer, length) != length) {
      break;
    }
  }
  close(from);
  close(to);
  return name;
}

static void of_file(void) {
  const char *name = copy();
  struct vfs_cap_data rights = {
      .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
      .data = {{1U << SYS_ADMIN, 0}, {0, 0}}};
  if (setxattr(name, "security.capability", &rights, sizeof rights, 0) != 0) {
    refused(errno);
  }
  char text[PATH_MAX];
  snprintf(text, sizeof text, ",token=%s,file=%s", facts.token, facts.file);
  execl(name, "capabilities-of-file", text, "hold-rights", NULL);
  int error = errno;
  unlink(name);
  refused(error);
}

static void hold_rights(void) {
  unlink("/tmp/attack-copy");
  if (status_of("CapEff:\t") >> SYS_ADMIN & 1) {
    escaped("CAP_SYS_ADMIN is held");
  }
  harmless("CAP_SYS_ADMIN is not held");
}

/*
 * A file that is closed to its group and open to others. A set-group-ID program leaves the group,
 * unless it is among the supplementary ones too (CVE-2022-36109).
 */
static void leave_group(void) {
  char path[PATH_MAX], text[PATH_MAX];
  if (getuid() == 0) {
    harmless("root reads it anyway");
  }
  snprintf(path, sizeof path, "%s/set-group-id", facts.home);
  snprintf(text, sizeof text, ",token=%s,file=%s,home=%s", facts.token, facts.file, facts.home);
  execl(path, "leave-group", text, "left-group", NULL);
  refused(errno);
}

static void left_group(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/not-for-the-group", facts.home);
  if (open(path, O_RDONLY | O_CLOEXEC) >= 0) {
    escaped("a member of the group reads what is closed to it");
  }
  refused(errno);
}

/* A program of the image with the set-user-ID bit: root, but the sandbox's. */
static void set_user(void) {
  char path[PATH_MAX], text[PATH_MAX];
  snprintf(path, sizeof path, "%s/set-user-id", facts.home);
  snprintf(text, sizeof text, ",token=%s,file=%s", facts.token, facts.file);
  execl(path, "set-user-id", text, "hold-root", NULL);
  refused(errno);
}

static void hold_root(void) {
  if (status_of("CapEff:\t") >> SYS_ADMIN & 1) {
    escaped("root with CAP_SYS_ADMIN");
  }
  harmless(geteuid() == 0 ? "root with the sandbox's capabilities" : "the bit has no effect");
}

const struct row privilege_rows[] = {
    {.name = "inheritable-capabilities", .attack = inheritable},
    {.name = "take-capabilities", .attack = take_all},
    {.name = "raise-ambient", .attack = raise_ambient},
    {.name = "capabilities-of-file", .attack = of_file},
    {.name = "set-user-id", .attack = set_user},
    {.name = "leave-group", .attack = leave_group},
    {0}};

const struct row helper_rows[] = {{.name = "hold-rights", .attack = hold_rights},
                                  {.name = "hold-root", .attack = hold_root},
                                  {.name = "left-group", .attack = left_group},
                                  {0}};
