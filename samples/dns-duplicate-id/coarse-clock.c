/* A machine whose clock is coarse. musl takes a query's id from clock_gettime(CLOCK_REALTIME), and calls the
 * function inside its own library, out of reach of LD_PRELOAD: so the function is overwritten, before main,
 * with a jump to one that reads the kernel's coarse clock (a tick: 1 to 10 ms). Nothing else of musl changes. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the jump is written for x86-64"
#endif

static int coarse(clockid_t id, struct timespec *now)
{
	if (id == CLOCK_REALTIME)
		id = CLOCK_REALTIME_COARSE;
	return syscall(SYS_clock_gettime, id, now);
}

__attribute__((constructor)) static void replace(void)
{
	unsigned char jump[12] = { 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0 }; /* mov $to,%rax; jmp *%rax */
	uintptr_t to = (uintptr_t)coarse, at = (uintptr_t)clock_gettime;
	void *page = (void *)(at & ~(uintptr_t)4095);

	memcpy(jump + 2, &to, sizeof to);
	if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
		abort();
	memcpy((void *)at, jump, sizeof jump);
	if (mprotect(page, 8192, PROT_READ | PROT_EXEC))
		abort();
}
