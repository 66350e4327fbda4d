/*
 * libbpf: what loads programs into the kernel, and reads and writes their maps; and a
 * timer to look at them once in a while.
 */
#ifndef CBPF_H
#define CBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <sys/timerfd.h>

#endif
