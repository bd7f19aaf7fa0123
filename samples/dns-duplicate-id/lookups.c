/* Looks the same few names up over and over with the C library's getaddrinfo, as the sample's shop does.
 * Built with musl-gcc and run as it is, musl's real resolver makes the queries. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int round = 0; round < atoi(argv[1]); round++) {
		for (int i = 2; i < argc; i++) {
			struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
			int error = getaddrinfo(argv[i], "80", &hints, &found);

			printf("%s: %s\n", argv[i], error ? gai_strerror(error) : "found");
			fflush(stdout);
			if (!error)
				freeaddrinfo(found);
			usleep(350000);
		}
	}
	pause();
}
