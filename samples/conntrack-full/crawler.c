/* Opens connections to itself and forgets them without a word, as a machine that loses power does: those who track
 * connections keep them as established. crawler COUNT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void forget(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on);
  close(fd);
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000;
  int listener = socket(AF_INET, SOCK_STREAM, 0), failed = 0;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(8080)};
  bind(listener, (void *)&here, sizeof here);
  listen(listener, 128);
  for (long i = 0; i < count && failed < 20; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval patience = {.tv_usec = 50000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(9000 + i % 50000)};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd, (void *)&from, sizeof from);
    here.sin_addr.s_addr = htonl(0x7f010001 + i / 50000);
    if (connect(fd, (void *)&here, sizeof here) == 0) forget(accept(listener, NULL, NULL));
    else failed++;
    forget(fd);
  }
  printf("%d connections failed\n", failed);
  return 0;
}
