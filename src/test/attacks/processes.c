/* Processes of the host: the canary is one, and its number is told. */
#include "probe.h"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

/* The canary's own number is free in another pid namespace: that is no permission. */
static void not_there(void) {
  if (errno == ESRCH || errno == ENOENT) {
    refused(errno);
  }
}

static void see_of(const char *process) {
  char path[64], text[512] = "";
  snprintf(path, sizeof path, "/proc/%s/cmdline", process);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  close(file);
  for (ssize_t i = 0; i < length; i++) {
    text[i] = text[i] == 0 ? ' ' : text[i];
  }
  if (strstr(text, " canary ") != NULL && strstr(text, facts.token) != NULL) {
    escaped("process %s is shown", process);
  }
}

static void see(void) { each_process(see_of); }

static void trace(void) {
  if (ptrace(PTRACE_SEIZE, facts.pid, 0, 0) == 0) {
    escaped("the canary is traced");
  }
  not_there();
  past_check(-1);
}

static void read_memory(void) {
  char text[64] = "";
  struct iovec here = {text, sizeof text - 1}, there = {(void *)facts.at, sizeof text - 1};
  if (process_vm_readv(facts.pid, &here, 1, &there, 1, 0) > 0) {
    escaped("read \"%.8s\" from the canary's memory", text);
  }
  not_there();
  past_check(-1);
}

static void write_memory(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/mem", facts.pid);
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file >= 0) {
    escaped("%s is open for writing", path);
  }
  refused(errno);
}

static void take_descriptor(void) {
  int process = syscall(SYS_pidfd_open, facts.pid, 0);
  if (process < 0) {
    refused(errno);
  }
  past_check(syscall(SYS_pidfd_getfd, process, 0, 0));
}

static void send_signal(void) {
  if (kill(facts.pid, SIGUSR1) == 0) {
    escaped("the canary got a signal");
  }
  not_there();
  past_check(-1);
}

static void priority(void) {
  errno = 0;
  int now = getpriority(PRIO_PROCESS, facts.pid);
  not_there();
  past_check(errno != 0 ? -1 : setpriority(PRIO_PROCESS, facts.pid, now));
}

static void affinity(void) {
  cpu_set_t set;
  if (sched_getaffinity(facts.pid, sizeof set, &set) != 0) {
    refused(errno);
  }
  past_check(sched_setaffinity(facts.pid, sizeof set, &set));
}

static void limits(void) {
  struct rlimit limit;
  if (prlimit(facts.pid, RLIMIT_CORE, NULL, &limit) == 0) {
    escaped("the canary's limits can be set");
  }
  refused(errno);
}

static void out_of_memory(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/oom_score_adj", facts.pid);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file >= 0) {
    escaped("the canary can be made the first to die");
  }
  refused(errno);
}

/* To be the last to die, before everything of the host. */
static void last_to_die(void) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  past_check(file < 0 ? -1 : write(file, "-1000", 5));
}

static void join(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/ns/mnt", facts.pid);
  int there = open(path, O_RDONLY | O_CLOEXEC);
  if (there < 0) {
    refused(errno);
  }
  past_check(setns(there, CLONE_NEWNS));
}

static void environment_of(const char *process) {
  char path[64], text[65536];
  snprintf(path, sizeof path, "/proc/%s/environ", process);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text);
  close(file);
  if (length > 0 && memmem(text, length, "ATTACK_CALLER=", 14) != NULL) {
    escaped("a variable of the caller's is in process %s", process);
  }
}

static void environment(void) {
  environment_of("self");
  each_process(environment_of);
}

const struct row process_rows[] = {
    {.name = "environment", .attack = environment},
    {.name = "see-processes", .attack = see},
    {.name = "ptrace", .attack = trace},
    {.name = "process-vm-readv", .attack = read_memory},
    {.name = "proc-mem", .attack = write_memory},
    {.name = "pidfd-getfd", .attack = take_descriptor},
    {.name = "kill", .attack = send_signal},
    {.name = "setpriority", .attack = priority},
    {.name = "sched-setaffinity", .attack = affinity},
    {.name = "prlimit", .attack = limits},
    {.name = "oom-of-others", .attack = out_of_memory},
    {.name = "oom-of-own", .attack = last_to_die},
    {.name = "setns-of-others", .attack = join},
    {0}};
