/* What processes share without a file: IPC objects, sockets without a name in the file system, keys. */
#include "probe.h"

#include <mqueue.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { SEARCH = 10, READ = 11, USER_KEYRING = -4, USER_SESSION_KEYRING = -5 };

static const char *named(const char *start) {
  static char name[128];
  snprintf(name, sizeof name, "%s%s", start, facts.token);
  return name;
}

static void shared_memory(void) {
  int id = shmget(facts.key, 0, 0);
  if (id < 0) {
    refused(errno);
  }
  const char *text = shmat(id, NULL, SHM_RDONLY);
  if (text != (void *)-1 && strstr(text, facts.token) != NULL) {
    escaped("the host's segment was read");
  }
}

static void messages(void) {
  if (msgget(facts.key, 0) >= 0) {
    escaped("the host's queue is there");
  }
  refused(errno);
}

static void semaphores(void) {
  if (semget(facts.key, 0, 0) >= 0) {
    escaped("the host's semaphores are there");
  }
  refused(errno);
}

static void posix_queue(void) {
  if (mq_open(named("/"), O_RDONLY) != (mqd_t)-1) {
    escaped("the host's queue is open");
  }
  refused(errno);
}

static void posix_memory(void) {
  if (shm_open(named("/"), O_RDWR, 0) >= 0) {
    escaped("the host's memory is open");
  }
  refused(errno);
}

static struct sockaddr_un abstract(socklen_t *length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *name = named("jbuild-");
  memcpy(address.sun_path + 1, name, strlen(name));
  *length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
  return address;
}

static void abstract_socket(void) {
  socklen_t length;
  struct sockaddr_un address = abstract(&length);
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, (struct sockaddr *)&address, length) == 0) {
    escaped("the host's socket is connected");
  }
  refused(errno);
}

static void keyring(void) {
  char text[64] = "";
  long key = syscall(SYS_keyctl, SEARCH, USER_KEYRING, "user", named("jbuild-"), 0);
  if (key < 0) {
    refused(errno);
  }
  if (syscall(SYS_keyctl, READ, key, text, sizeof text - 1) > 0 && strstr(text, facts.token)) {
    escaped("the host's key was read");
  }
  past_check(-1);
}

/* A text typed into the caller's terminal, for the shell that comes after; see on_terminal. */
static void type(void) {
  char byte = '#';
  for (int i = 0; i < 3; i++) {
    if (ioctl(i, TIOCSTI, &byte) == 0) {
      escaped("the caller's terminal got input");
    }
  }
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal >= 0 && ioctl(terminal, TIOCSTI, &byte) == 0) {
    escaped("the caller's terminal got input");
  }
  if (errno == ENOTTY) {
    harmless("there is no terminal");
  }
  refused(errno);
}

const struct row ipc_rows[] = {
    {.name = "sysv-memory", .attack = shared_memory},
    {.name = "sysv-messages", .attack = messages},
    {.name = "sysv-semaphores", .attack = semaphores},
    {.name = "posix-queue", .attack = posix_queue},
    {.name = "posix-memory", .attack = posix_memory},
    {.name = "abstract-socket", .attack = abstract_socket},
    {.name = "keyring", .attack = keyring},
    {.name = "type-into-terminal", .attack = type},
    {0}};

static volatile sig_atomic_t signals;

static void count(int signal) {
  (void)signal;
  signals++;
}

static char secret[128];

/*
 * The process outside: has one of everything, prints where, and for each line of input how many
 * signals it got and whether its memory is as it was. It ends with its input.
 */
int canary(const char *token, int key) {
  facts.token = token;
  snprintf(secret, sizeof secret, "%s", token);
  struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  int memory = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0666);
  int queue = msgget(key, IPC_CREAT | IPC_EXCL | 0666);
  int semaphore = semget(key, 1, IPC_CREAT | IPC_EXCL | 0666);
  char *segment = memory < 0 ? (void *)-1 : shmat(memory, NULL, 0);
  mqd_t posix = mq_open(named("/"), O_CREAT | O_EXCL | O_RDWR, 0666, NULL);
  int shared = shm_open(named("/"), O_CREAT | O_EXCL | O_RDWR, 0666);
  socklen_t length;
  struct sockaddr_un address = abstract(&length);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  long added = syscall(SYS_add_key, "user", named("jbuild-"), token, strlen(token), USER_KEYRING);
  if (segment == (void *)-1 || queue < 0 || semaphore < 0 || posix == (mqd_t)-1 || shared < 0 ||
      bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 100) != 0) {
    perror("canary");
  }
  if (segment != (void *)-1) {
    snprintf(segment, 4096, "%s", token);
  }
  printf("%d %lx %s\n", getpid(), (unsigned long)(void *)secret, added < 0 ? "no-key" : "key");
  fflush(stdout);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    bool same = segment != (void *)-1 && strcmp(segment, token) == 0 && strcmp(secret, token) == 0;
    printf("%d %s\n", (int)signals, same ? "unchanged" : "changed");
    fflush(stdout);
  }
  shmctl(memory, IPC_RMID, NULL);
  msgctl(queue, IPC_RMID, NULL);
  semctl(semaphore, 0, IPC_RMID);
  mq_unlink(named("/"));
  shm_unlink(named("/"));
  if (added >= 0) {
    syscall(SYS_keyctl, 9 /* unlink */, added, USER_KEYRING);
  }
  return 0;
}
