/* Taking all there is, with a bound that the host can bear. */
#include "probe.h"

#include <sys/mman.h>

enum { FORKS = 400, CHUNK = 1 << 20, MEMORY = 400, SHARED = 80 };

static void fork_bomb(void) {
  static pid_t children[FORKS];
  int count = 0, error = 0;
  while (count < FORKS) {
    pid_t child = fork();
    if (child < 0) {
      error = errno;
      break;
    }
    if (child == 0) {
      pause();
      _exit(0);
    }
    children[count++] = child;
  }
  for (int i = 0; i < count; i++) {
    kill(children[i], SIGKILL);
    waitpid(children[i], NULL, 0);
  }
  if (error != 0) {
    refused(error);
  }
  escaped("%d processes", count);
}

static void memory_bomb(void) {
  for (int i = 0; i < MEMORY; i++) {
    char *chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) {
      refused(errno);
    }
    memset(chunk, 1, CHUNK);
  }
  escaped("%d MiB", MEMORY);
}

static void fill(const char *path) {
  static char chunk[CHUNK];
  int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) {
    refused(errno);
  }
  long written = 0;
  int error = 0;
  while (written < (long)SHARED * CHUNK && error == 0) {
    ssize_t more = write(file, chunk, CHUNK);
    error = more < 0 ? errno : 0;
    written += more < 0 ? 0 : more;
  }
  unlink(path);
  if (error != 0) {
    refused(error);
  }
  escaped("%ld MiB", written / CHUNK);
}

static void fill_shm(void) { fill("/dev/shm/attack-fill"); }
static void fill_dev(void) { fill("/dev/attack-fill"); }

/* A process that hides from the terminal, its parent and most signals, and stays. */
static void stay(void) {
  char name[128];
  int ends[2];
  snprintf(name, sizeof name, "leftover-%s", facts.token);
  if (pipe2(ends, O_CLOEXEC) != 0) {
    refused(errno);
  }
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      for (int i = 1; i < 32; i++) {
        signal(i, SIG_IGN);
      }
      for (int i = 0; i < 3; i++) {
        close(i);
      }
      execl("/proc/self/exe", name, "linger", NULL);
    }
    _exit(0);
  }
  close(ends[1]);
  if (read(ends[0], name, 1) != 0) { /* the end of the pipe: it has its new name */
    refused(errno);
  }
  wait(NULL);
  harmless("it ends with the sandbox");
}

const struct row resource_rows[] = {
    {.name = "fork-bomb", .attack = fork_bomb},
    {.name = "fill-shm", .attack = fill_shm},
    {.name = "fill-dev", .attack = fill_dev},
    {.name = "leftover", .attack = stay},
    {.name = "memory-bomb", .attack = memory_bomb}, /* the last: it may end the whole sandbox */
    {0}};
