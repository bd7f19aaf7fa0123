/* Appends a line to a file twenty times a second. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0644);

	for (unsigned long line = 1; file >= 0; line++) {
		dprintf(file, "%lu booked\n", line);
		usleep(50000);
	}
	return 1;
}
