/* Prints its arguments and its environment, and what of the auxiliary vector is lost. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

int main(int argc, char **argv, char **environment)
{
	unsigned long entry[2];
	int count = 0;
	int file = open("/proc/self/auxv", O_RDONLY);

	for (int i = 1; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (; *environment; environment++)
		printf("variable %s\n", *environment);
	while (read(file, entry, sizeof(entry)) == sizeof(entry) && entry[0] != AT_NULL) {
		count++;
		/* glibc changes one itself. */
		if (entry[0] != AT_HWCAP && getauxval(entry[0]) != entry[1])
			printf("lost %lu\n", entry[0]);
	}
	puts(count > 10 ? "end" : "no auxiliary vector");
	return 0;
}
