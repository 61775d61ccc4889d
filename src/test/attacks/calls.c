/* System calls that change the host, or are the doors of most attacks on the kernel itself. */
#include "probe.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timex.h>

#define NOWHERE ((long)"/nonexistent/attack")

static void unshare_all(void) {
  static const int flags[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID, CLONE_NEWNET,
                              CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};
  for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++) {
    if (unshare(flags[i]) == 0) {
      escaped("a namespace was made, 0x%x", flags[i]);
    }
  }
  past_check(-1);
}

static void clone_user(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    _exit(0);
  }
  past_check(child);
}

static void clone3_user(void) {
  unsigned long arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
  long child = syscall(SYS_clone3, arguments, 64);
  if (child == 0) {
    _exit(0);
  }
  past_check(child);
}

/* Root of a new user namespace may mount, and reaches what only the host's root should. */
static void user_mount(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    refused(errno);
  }
  past_check(syscall(SYS_fsopen, "tmpfs", 0));
}

static void own_namespace(void) {
  past_check(setns(open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), CLONE_NEWNS));
}

static void load_program(void) {
  union bpf_attr attributes = {
      .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  past_check(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

static void watch_kernel(void) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
  past_check(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0));
}

static void ring(void) {
  char parameters[120] = {0};
  past_check(syscall(SYS_io_uring_setup, 1, parameters));
}

static void read_log(void) {
  char text[64];
  past_check(syscall(SYS_syslog, 3, text, sizeof text));
}

static void turn_clock(void) {
  struct timex change = {.modes = ADJ_TICK, .tick = 1}; /* impossible: refused after the check */
  past_check(syscall(SYS_adjtimex, &change));
}

static void use_vsock(void) { past_check(socket(AF_VSOCK, SOCK_STREAM, 0)); }
static void use_alg(void) { past_check(socket(AF_ALG, SOCK_SEQPACKET, 0)); }

static void in_host_network(long result) {
  if (result >= 0 && namespace_of("net") != facts.net) {
    harmless("in a network of its own");
  }
  past_check(result);
}

static void packets(void) { in_host_network(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))); }

/* Sets what is set already. */
static void interface(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int any = socket(AF_INET, SOCK_DGRAM, 0);
  if (ioctl(any, SIOCGIFFLAGS, &request) != 0) {
    refused(errno);
  }
  in_host_network(ioctl(any, SIOCSIFFLAGS, &request));
}

static void host_name(void) {
  char name[HOST_NAME_MAX + 1] = "";
  gethostname(name, HOST_NAME_MAX);
  if (sethostname(name, strlen(name)) == 0 && namespace_of("uts") != facts.uts) {
    harmless("in a namespace of its own");
  }
  past_check(errno == 0 ? 0 : -1);
}

/* Without the magic numbers; in a pid namespace of its own it would end that one's processes only. */
static void restart(void) {
  long result = syscall(SYS_reboot, 0, 0, 0, 0);
  if (errno == EINVAL && namespace_of("pid") != facts.pids) {
    harmless("in a pid namespace of its own");
  }
  past_check(result);
}

/* The filter knows the calls of one architecture: the others' numbers mean other calls. */
static void call_of_32_bits(void) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(310L /* unshare */), "b"((long)CLONE_NEWUSER) : "memory");
  errno = -(int)result;
  past_check((int)result == 0 ? 0 : -1);
#endif
}

static void call_of_x32(void) {
#ifdef __x86_64__
  past_check(syscall(0x40000000L | SYS_unshare, CLONE_NEWUSER));
#endif
}

static void real_time(void) {
  struct sched_param parameter = {.sched_priority = 1};
  past_check(sched_setscheduler(0, SCHED_FIFO, &parameter));
}

const struct row call_rows[] = {
    {.name = "unshare", .attack = unshare_all},
    {.name = "clone-user", .attack = clone_user},
    {.name = "clone3-user", .attack = clone3_user},
    {.name = "mount-in-user-namespace", .attack = user_mount},
    {.name = "setns", .attack = own_namespace},
    {.name = "bpf", .attack = load_program},
    {.name = "perf-event-open", .attack = watch_kernel},
    {.name = "io-uring", .attack = ring},
    {.name = "userfaultfd", .number = SYS_userfaultfd, .arguments = {O_CLOEXEC}},
    {.name = "keyctl", .number = SYS_keyctl, .arguments = {0, -3, 1}},
    {.name = "add-key", .number = SYS_add_key, .arguments = {(long)"user", (long)"attack", (long)"x", 1, -1}},
    {.name = "request-key", .number = SYS_request_key, .arguments = {(long)"user", (long)"attack", 0, 0}},
    {.name = "kexec-load", .number = SYS_kexec_load, .arguments = {0, 0, 0, 0xffff}},
    {.name = "kexec-file-load", .number = SYS_kexec_file_load, .arguments = {-1, -1, 0, 0, 0xffff}},
    {.name = "init-module", .number = SYS_init_module, .arguments = {0, 0, 0}},
    {.name = "finit-module", .number = SYS_finit_module, .arguments = {-1, 0, 0xffff}},
    {.name = "delete-module", .number = SYS_delete_module, .arguments = {NOWHERE, 0}},
#ifdef __x86_64__
    {.name = "iopl", .number = SYS_iopl, .arguments = {3}},
    {.name = "ioperm", .number = SYS_ioperm, .arguments = {0x80, 1, 1}},
#endif
    {.name = "quotactl", .number = SYS_quotactl_fd, .arguments = {0, 0x80000600, 0, 0}},
    {.name = "acct", .number = SYS_acct, .arguments = {NOWHERE}},
    {.name = "swapon", .number = SYS_swapon, .arguments = {NOWHERE, 0}},
    {.name = "swapoff", .number = SYS_swapoff, .arguments = {NOWHERE}},
    {.name = "reboot", .attack = restart},
    {.name = "syslog", .attack = read_log},
    {.name = "settimeofday", .number = SYS_settimeofday, .arguments = {0, 0}},
    {.name = "adjtimex", .attack = turn_clock},
    {.name = "fanotify", .number = SYS_fanotify_init, .arguments = {4 /* content */, 0}},
    {.name = "personality", .number = SYS_personality, .arguments = {0x0040000 /* no randomization */}},
    {.name = "int80", .attack = call_of_32_bits},
    {.name = "x32", .attack = call_of_x32},
    {.name = "vsock", .attack = use_vsock},
    {.name = "af-alg", .attack = use_alg},
    {.name = "packet-socket", .attack = packets},
    {.name = "interface", .attack = interface},
    {.name = "sethostname", .attack = host_name},
    {.name = "real-time", .attack = real_time},
    {0}};
