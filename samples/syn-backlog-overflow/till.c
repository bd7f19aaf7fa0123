/* A till that serves one customer after the other: accepts, reads a request, takes a while, answers, closes.
 *
 *   till PORT BACKLOG MILLISECONDS
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\npaid\n";

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    long milliseconds = atol(argv[3]);
    struct timespec takes = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&own, sizeof own) != 0 || listen(listener, atoi(argv[2])) != 0) return 1;
    for (;;) {
        char request[4096];
        int s = accept(listener, NULL, NULL);
        if (s < 0) continue;
        if (read(s, request, sizeof request) > 0) {
            nanosleep(&takes, NULL);
            if (write(s, answer, strlen(answer)) < 0) { /* gone */
            }
        }
        close(s);
    }
}
