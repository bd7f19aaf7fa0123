/* What the s6-sync of s6-portable-utils does. */
#include <unistd.h>

int main(void)
{
	sync();
}
