/* The kernel's own files: those that change the host, and those that tell of it. */
#include "probe.h"

#include <dirent.h>

static void to_write(const char *path) {
  int file = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (file >= 0) {
    escaped("%s is open for writing", path);
  }
  if (errno == ENOENT) {
    absent(errno);
  }
  refused(errno);
}

static void sysrq(void) { to_write("/proc/sysrq-trigger"); }
static void core_pattern(void) { to_write("/proc/sys/kernel/core_pattern"); }
static void modprobe(void) { to_write("/proc/sys/kernel/modprobe"); }
static void uevent_helper(void) { to_write("/sys/kernel/uevent_helper"); }

static void try_to_write(const char *file) {
  /* What every process may set for itself alone; and triggers that a user may have. */
  if (strncmp(file, "/proc/pressure/", 15) == 0 || strncmp(file, "/proc/sys/fs/binfmt_misc", 24) == 0) {
    return;
  }
  struct stat status;
  if (stat(file, &status) != 0 || (status.st_mode & 0222) == 0) {
    return; /* root may open what nothing can be written to */
  }
  int opened = open(file, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (opened >= 0) {
    escaped("%s is open for writing", file);
  }
}

static void proc_sys(void) { each_file("/proc/sys", 6, try_to_write); }
static void sys(void) { each_file("/sys", 9, try_to_write); }

/* Below /proc, what belongs to no process. */
static void proc(void) {
  DIR *proc = opendir("/proc");
  if (proc == NULL) {
    absent(errno);
  }
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    char path[PATH_MAX];
    struct stat status;
    const char *name = entry->d_name;
    if ((name[0] >= '0' && name[0] <= '9') || name[0] == '.' || strcmp(name, "sys") == 0) {
      continue;
    }
    snprintf(path, sizeof path, "/proc/%s", name);
    if (lstat(path, &status) != 0) {
      continue;
    }
    if (S_ISDIR(status.st_mode)) {
      each_file(path, 5, try_to_write);
    } else if (S_ISREG(status.st_mode)) {
      try_to_write(path);
    }
  }
}

/* Whether one of the files can be read and says something. */
static void to_read(const char *const *paths) {
  bool is_empty = false;
  int last = ENOENT;
  for (; *paths != NULL; paths++) {
    char bytes[8]; /* the page tables' files give whole words only */
    int file = open(*paths, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file >= 0 && read(file, bytes, sizeof bytes) > 0) {
      escaped("%s was read", *paths);
    }
    is_empty |= file >= 0;
    last = file < 0 && errno != ENOENT ? errno : last;
  }
  if (is_empty) {
    harmless("it is empty");
  }
  if (last == ENOENT) {
    absent(last);
  }
  refused(last);
}

#define READ(function, ...)                                   \
  static void function(void) {                                \
    static const char *const paths[] = {__VA_ARGS__, NULL};   \
    to_read(paths);                                           \
  }
READ(kcore, "/proc/kcore")
READ(keys, "/proc/keys")
READ(timers, "/proc/timer_list", "/proc/timer_stats")
READ(scheduler, "/proc/sched_debug", "/proc/latency_stats", "/sys/kernel/debug/sched/debug")
READ(kmsg, "/proc/kmsg", "/dev/kmsg")
READ(pages, "/proc/kpageflags", "/proc/kpagecount", "/proc/kpagecgroup")
READ(interrupts, "/proc/interrupts")
READ(energy, "/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj",
     "/sys/class/powercap/intel-rapl:0/energy_uj")
READ(throttling, "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count")

/* An address of the kernel, which undoes that its place is random. */
static void addresses(void) {
  static const char *const paths[] = {"/proc/kallsyms", "/proc/vmallocinfo", "/proc/modules", NULL};
  for (const char *const *path = paths; *path != NULL; path++) {
    FILE *file = fopen(*path, "re");
    if (file == NULL) {
      continue;
    }
    char line[512];
    for (int i = 0; i < 1000 && fgets(line, sizeof line, file) != NULL; i++) {
      const char *found = strstr(line, "ffff");
      if (found != NULL && strspn(found, "0123456789abcdef") == 16) {
        escaped("%s tells addresses", *path);
      }
    }
    fclose(file);
  }
  harmless("all are 0");
}

static void directories(void) {
  static const char *const paths[] = {"/sys/firmware", "/proc/acpi", "/proc/scsi", "/proc/asound", NULL};
  for (const char *const *path = paths; *path != NULL; path++) {
    DIR *directory = opendir(*path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
      if (entry->d_name[0] != '.') {
        escaped("%s has %s", *path, entry->d_name);
      }
    }
  }
  harmless("they are empty");
}

/* CVE-2022-0492 and the classic: a helper that the kernel runs on the host. */
static void agent_to_write(const char *file) {
  const char *name = strrchr(file, '/');
  if (name != NULL && (strcmp(name, "/release_agent") == 0 || strcmp(name, "/cgroup.procs") == 0)) {
    try_to_write(file);
  }
}

static void release_agent(void) { each_file("/sys/fs/cgroup", 4, agent_to_write); }

const struct row kernel_file_rows[] = {
    {.name = "sysrq", .attack = sysrq},
    {.name = "core-pattern", .attack = core_pattern},
    {.name = "modprobe", .attack = modprobe},
    {.name = "uevent-helper", .attack = uevent_helper},
    {.name = "proc-sys", .attack = proc_sys},
    {.name = "proc", .attack = proc},
    {.name = "sys", .attack = sys},
    {.name = "release-agent", .attack = release_agent},
    {.name = "kcore", .attack = kcore},
    {.name = "keys", .attack = keys},
    {.name = "timers", .attack = timers},
    {.name = "scheduler", .attack = scheduler},
    {.name = "kmsg", .attack = kmsg},
    {.name = "pages", .attack = pages},
    {.name = "interrupts", .attack = interrupts},
    {.name = "energy", .attack = energy},
    {.name = "throttling", .attack = throttling},
    {.name = "addresses", .attack = addresses},
    {.name = "firmware", .attack = directories},
    {0}};
