/* Two processes, each in a network namespace, connect to one server from one source port at one moment, round after round.
 *
 *   pair NETNS-A NETNS-B SERVER PORT FIRST-SOURCE-PORT ROUNDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_int *arrived;

/* Both leave it within a microsecond. */
static void meet(int round) {
    atomic_fetch_add(arrived, 1);
    while (atomic_load(arrived) < 2 * (round + 1))
        ;
}

static void client(const char *netns, int cpu, struct sockaddr_in server, int first, int rounds) {
    char path[64];
    cpu_set_t cpus;
    snprintf(path, sizeof path, "/run/netns/%s", netns);
    int ns = open(path, O_RDONLY);
    if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) {
        perror(netns);
        exit(1);
    }
    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    for (int round = 0; round < rounds; round++) {
        struct timespec pause = {0, 30 * 1000 * 1000};
        struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(first + round)};
        int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        bind(s, (struct sockaddr *)&own, sizeof own);
        nanosleep(&pause, NULL);
        meet(round);
        connect(s, (struct sockaddr *)&server, sizeof server);
        struct pollfd wait = {.fd = s, .events = POLLOUT};
        poll(&wait, 1, 5000);
        close(s);
    }
    exit(0);
}

int main(int argc, char **argv) {
    struct sockaddr_in server = {.sin_family = AF_INET};
    if (argc != 7) return 2;
    inet_pton(AF_INET, argv[3], &server.sin_addr);
    server.sin_port = htons(atoi(argv[4]));
    arrived = mmap(NULL, sizeof *arrived, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) client(argv[1 + i], i, server, atoi(argv[5]), atoi(argv[6]));
    while (wait(NULL) > 0)
        ;
    return 0;
}
