// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads a million digests into a table as diglim-enforcer's, and prints what that takes:
 * the time, what the kernel says of the map, and how much less memory there is.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DIGESTS 1000000
#define DIGEST_SIZE 32
/* As many as a list of a package has, and some more. */
#define BATCH 100

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* The number behind a word at the beginning of a line of a file of the kernel's. */
static long number(const char *path, const char *word)
{
	FILE *file = fopen(path, "r");
	char line[256];
	long value = -1;

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, word, strlen(word)))
			value = atol(line + strlen(word));
	fclose(file);
	return value;
}

int main(void)
{
	static unsigned char keys[DIGESTS][DIGEST_SIZE], values[BATCH];
	union bpf_attr attributes;
	char information[64];
	long before, after;
	double start;
	int map;

	/* All of them first, as they take memory themselves. */
	srandom(1);
	for (long i = 0; i < DIGESTS; i++)
		for (int j = 0; j < DIGEST_SIZE; j++)
			keys[i][j] = random() >> 8;
	memset(values, 1, sizeof(values));
	before = number("/proc/meminfo", "MemAvailable:");

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_HASH;
	attributes.key_size = DIGEST_SIZE;
	attributes.value_size = 1;
	attributes.max_entries = 1 << 20;
	attributes.map_flags = BPF_F_NO_PREALLOC;
	map = bpf(BPF_MAP_CREATE, &attributes);
	if (map < 0) {
		perror("bpf: a map");
		return 1;
	}
	start = seconds();
	for (long i = 0; i < DIGESTS; i += BATCH) {
		memset(&attributes, 0, sizeof(attributes));
		attributes.batch.map_fd = map;
		attributes.batch.keys = (unsigned long)keys[i];
		attributes.batch.values = (unsigned long)values;
		attributes.batch.count = BATCH;
		if (bpf(BPF_MAP_UPDATE_BATCH, &attributes)) {
			perror("bpf: a batch of digests");
			return 1;
		}
	}
	start = seconds() - start;
	after = number("/proc/meminfo", "MemAvailable:");
	snprintf(information, sizeof(information), "/proc/self/fdinfo/%d", map);

	printf("a table with %d digests of %d bytes\n", DIGESTS, DIGEST_SIZE);
	printf("%-34s%9.1f ms\n", "to load them, 100 at a time", start * 1000);
	printf("%-34s%9.1f MiB\n", "less memory (MemAvailable)", (before - after) / 1024.0);
	printf("%-34s%9.1f MiB\n", "the kernel says (memlock)",
	       number(information, "memlock:") / 1048576.0);
	return 0;
}
