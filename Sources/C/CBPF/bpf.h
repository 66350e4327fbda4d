/*
 * libbpf: what loads programs into the kernel, and reads and writes their maps; and a
 * timer to look at them once in a while.
 */
#ifndef CBPF_H
#define CBPF_H

/* As CGlibc has it: types of the C library's depend on it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <sys/timerfd.h>

#endif
