/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs read of the kernel's structures: the fields alone. Where they
 * are in the running kernel, libbpf learns from its BTF (CO-RE).
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct vfsmount {
	struct super_block *mnt_sb;
};

typedef struct {
	int counter;
} atomic_t;

struct gendisk {
	char disk_name[32];
	int major;
	struct block_device *part0;
};

struct block_device {
	__u32 bd_dev;
	struct gendisk *bd_disk;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_iflags;
	unsigned long s_magic;
	struct block_device *s_bdev;
};

struct inode {
	unsigned short i_mode;
	__u32 i_rdev;
	unsigned long i_ino;
	atomic_t i_writecount;
	struct super_block *i_sb;
};

struct shmem_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_mode;
};

struct iattr {
	unsigned int ia_valid;
	struct file *ia_file;
};

struct linux_binprm {
	struct file *file;
};

struct vm_area_struct {
	struct file *vm_file;
	unsigned long vm_flags;
};

struct mm_struct {
	struct file *exe_file;
};

struct kernfs_node {
	struct kernfs_node *parent;
	const char *name;
};

/* Since 6.15. */
struct kernfs_node___renamed {
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct {
	int tgid;
	char comm[16];
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct css_set *cgroups;
};

struct bpf_map {
	__u32 id;
};

enum kernel_read_file_id {
	READING_FIRMWARE = 1,
	READING_MODULE = 2,
	READING_KEXEC_IMAGE = 3,
	READING_KEXEC_INITRAMFS = 4,
	READING_POLICY = 5,
};

#pragma clang attribute pop

struct cred;
struct kernel_siginfo;

/* Bits of the kernel's that no header for programs has. */
#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define PROT_EXEC 0x4
#define VM_EXEC 0x4
#define FMODE_WRITE 0x2
#define ATTR_SIZE (1 << 3)
#define ATTR_FILE (1 << 13)
#define SB_KERNMOUNT (1UL << 22)
#define SB_I_IMA_UNVERIFIABLE_SIGNATURE 0x20
#define SB_I_UNTRUSTED_MOUNTER 0x40
#define F_SEALS_OF_CONTENT (0x2 | 0x4 | 0x8) /* SHRINK, GROW, WRITE */
#define EXT4_IOC_SWAP_BOOT 0x6611
#define EACCES 13
#define EPERM 1

#endif
