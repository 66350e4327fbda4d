/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs at the kernel's hooks and diglim-enforcer tell each other.
 */
#ifndef ENFORCER_H
#define ENFORCER_H

#include <linux/types.h>

/* What both sides of a pinned map have to agree on: raised with each change here. */
#define ENFORCER_LAYOUT 1

#define ENFORCER_MAX_DIGEST 64
#define ENFORCER_MAX_PATH 4096
#define ENFORCER_UNIT_LEVELS 4
#define ENFORCER_NAME_SIZE 64
#define ENFORCER_PROGRAM "diglim-enforcer"
#define ENFORCER_PINS "diglim"
#define ENFORCER_MAPS 8

enum enforcer_mode {
	ENFORCER_AUDIT = 0,
	ENFORCER_ENFORCE = 1,
};

/* Where the kernel asks. */
enum enforcer_hook {
	ENFORCER_EXECUTION,
	ENFORCER_MAPPING,
	ENFORCER_MPROTECT,
	ENFORCER_MODULE,
	ENFORCER_FIRMWARE,
	ENFORCER_KEXEC,
	ENFORCER_POLICY,
	ENFORCER_OTHER,
};

/* Why the answer is no. */
enum enforcer_reason {
	ENFORCER_KNOWN,		/* it is not */
	ENFORCER_UNKNOWN,	/* no list that counts has the digest */
	ENFORCER_BEING_WRITTEN,	/* somebody can change the file, or has just done so */
	ENFORCER_UNVERIFIABLE,	/* there is no digest, or none that would last */
	ENFORCER_NO_FILE,	/* the content comes from memory */
};

/* What diglim-enforcer sets. */
struct enforcer_control {
	__u32 layout;
	__u32 mode;
	__u64 until;		/* CLOCK_BOOTTIME, in nanoseconds; 0: for ever */
	__u32 algorithm;	/* IMA's hash, as enum hash_algo numbers it */
	__u32 uncached;		/* whether no digest may be kept */
	/*
	 * The process that is diglim-enforcer: at its next bpf(2) with a map the kernel
	 * notes where its executable is, and sets this to 0.
	 */
	__u32 registering;
	__u32 program_device;
	__u64 program_parent;	/* inode of the executable's directory */
	__u32 maps[ENFORCER_MAPS];	/* numbers of the maps that are nobody else's */
};

/* What the programs count. */
struct enforcer_counts {
	__u64 refused;
	__u64 would_refuse;
	__u64 lost;		/* events for which there was no room */
	__u64 hashed;		/* files that IMA was asked for */
};

struct enforcer_event {
	__u32 hook;
	__u32 reason;
	__u32 enforced;
	__u32 digest_size;	/* 0: none */
	__u32 algorithm;
	__u32 process;
	__u32 parent;
	__u32 device;		/* as the kernel numbers it */
	__u64 inode;
	char comm[16];
	char parent_comm[16];
	__u8 digest[ENFORCER_MAX_DIGEST];
	/* The process' control group and those above it. */
	char groups[ENFORCER_UNIT_LEVELS][ENFORCER_NAME_SIZE];
	__u32 is_name;		/* whether path is the last part of it alone */
	char path[ENFORCER_MAX_PATH];
};

#endif
