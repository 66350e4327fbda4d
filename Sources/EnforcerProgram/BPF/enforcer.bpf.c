// SPDX-License-Identifier: GPL-2.0
/*
 * Programs at the hooks of the kernel's security modules: they ask IMA for the digest
 * of what is about to be executed, mapped or read by the kernel, and refuse what the
 * map of digests does not have.
 *
 * IMA hashes a file each time it is asked. So the digest is kept with the inode, and
 * counts for as long as nobody can have changed the content:
 *
 * - each open for writing and each truncation raises the inode's generation;
 * - what is open for writing now (i_writecount) is refused: it could change after the
 *   answer. The counter goes up before the hook of the open, and a mapping keeps its
 *   file open, so either this or the generation tells of any writer;
 * - file systems where content changes without an open here, or where an inode stands
 *   for another one, have their files hashed each time;
 * - a block device that is open for writing is a way around all that.
 *
 * Where an IMA policy covers the hook, IMA answers from a cache of its own, which is
 * renewed when the last writer closes the file; hence the refusal of files that have a
 * writer, and of those that were truncated without one.
 */
#include "kernel.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../include/enforcer.h"

char LICENSE[] SEC("license") = "GPL";

/* Digests that a list that counts has; the key's size is set before it is loaded. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__uint(key_size, 32);
	__uint(value_size, 1);
} digests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct enforcer_control);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct enforcer_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* The digest of an inode's content, and for how long it counts. */
struct content {
	__u64 generation;	/* opens for writing and truncations */
	__u64 version;		/* version() when it was hashed, and 1; 0: there is none */
	__u32 busy;		/* somebody writes the digest */
	__u32 truncated;	/* without an open for writing since */
	__u8 digest[ENFORCER_MAX_DIGEST];
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct content);
} contents SEC(".maps");

/* The block devices that are open for writing, by the open file. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u32);
} raw_files SEC(".maps");

/* How often each of them is. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} raw_devices SEC(".maps");

/* Opens of block devices for writing: how many are open, how many there were. */
__u64 raw_open;
__u64 raw_opened;
/* Whether there were more than the maps can hold: it stays so. */
__u32 raw_overflow;

static const __u32 zero;

static __always_inline struct enforcer_control *get_control(void)
{
	return bpf_map_lookup_elem(&control, &zero);
}

static __always_inline int is_enforcing(const struct enforcer_control *control)
{
	return control->mode == ENFORCER_ENFORCE &&
	       (!control->until || bpf_ktime_get_boot_ns() < control->until);
}

/* Full barriers, as all atomic operations that return a value. */
static __always_inline __u64 load(__u64 *value)
{
	return __sync_fetch_and_add(value, 0);
}

/* What a file system lets one rely on. */

enum trust {
	TRUST_EXEMPT,		/* it has no content of its own */
	TRUST_NOTHING,		/* it may show another content each time */
	TRUST_READ,		/* what is read now, no longer */
	TRUST_WRITERS,		/* all changes go through files that are opened here */
};

static __always_inline int is_simple_disk(const char *name)
{
	switch (name[0]) {
	case 's':
		return name[1] == 'd';
	case 'v':
		return name[1] == 'd';
	case 'x':
		return name[1] == 'v' && name[2] == 'd';
	case 'n':
		return name[1] == 'v' && name[2] == 'm' && name[3] == 'e';
	case 'm':
		return name[1] == 'm' && name[2] == 'c';
	}
	return 0;
}

/* Those of the device mapper and of md, which stand for others. */
static __always_inline int is_stacked(const char *name)
{
	return name[0] == 'd' && name[1] == 'm' || name[0] == 'm' && name[1] == 'd';
}

/*
 * Whether the content of a file system on this device can be changed past it. Of loop
 * devices and what is like them, whoever changes what is behind opens no device.
 */
static __always_inline enum trust trust_device(struct block_device *device, int is_only_one)
{
	struct gendisk *disk = BPF_CORE_READ(device, bd_disk);
	struct block_device *whole;
	char name[32];
	__u32 number;

	if (!device || BPF_CORE_READ_STR_INTO(&name, disk, disk_name) < 0)
		return TRUST_READ;
	if (!is_simple_disk(name) && !is_stacked(name))
		return TRUST_READ;
	if (!load(&raw_open))
		return TRUST_WRITERS;
	if (raw_overflow || !is_only_one || !is_simple_disk(name))
		return TRUST_READ;
	number = BPF_CORE_READ(device, bd_dev);
	if (bpf_map_lookup_elem(&raw_devices, &number))
		return TRUST_READ;
	whole = BPF_CORE_READ(disk, part0);
	number = BPF_CORE_READ(whole, bd_dev);
	if (bpf_map_lookup_elem(&raw_devices, &number))
		return TRUST_READ;
	return TRUST_WRITERS;
}

static __always_inline int is_sealed(struct inode *inode)
{
	unsigned long offset = bpf_core_field_offset(struct shmem_inode_info, vfs_inode);
	struct shmem_inode_info *info = (void *)inode - offset;

	return (BPF_CORE_READ(info, seals) & F_SEALS_OF_CONTENT) == F_SEALS_OF_CONTENT;
}

static __always_inline enum trust trust_inode(struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	unsigned long flags = sb->s_iflags;

	if (flags & (SB_I_IMA_UNVERIFIABLE_SIGNATURE | SB_I_UNTRUSTED_MOUNTER))
		return TRUST_NOTHING;
	switch (sb->s_magic) {
	case 0x9fa0:		/* procfs */
	case 0x62656572:	/* sysfs */
	case 0x64626720:	/* debugfs */
	case 0x74726163:	/* tracefs */
	case 0x73636673:	/* securityfs */
	case 0x1cd1:		/* devpts */
	case 0x42494e4d:	/* binfmt_misc */
	case 0xf97cff8c:	/* SELinux */
	case 0x43415d53:	/* Smack */
	case 0x27e0eb:		/* cgroup */
	case 0x63677270:	/* cgroup2 */
	case 0x6e736673:	/* nsfs */
	case 0xde5e81e4:	/* efivarfs */
		return TRUST_EXEMPT;
	case 0x01021994:	/* tmpfs */
		/* memfd_create() and its kind: nobody counts who can write. */
		if (sb->s_flags & SB_KERNMOUNT)
			return is_sealed(inode) ? TRUST_WRITERS : TRUST_NOTHING;
		return TRUST_WRITERS;
	case 0x958458f6:	/* hugetlbfs */
		return sb->s_flags & SB_KERNMOUNT ? TRUST_NOTHING : TRUST_READ;
	case 0x858458f6:	/* ramfs */
		return TRUST_WRITERS;
	case 0x58465342:	/* XFS */
	case 0x9123683e:	/* Btrfs */
	case 0xf2f52010:	/* F2FS */
	case 0xca451a4e:	/* bcachefs */
	case 0xe0f5e1e2:	/* EROFS */
		/* They may have content on other devices, too. */
		return trust_device(sb->s_bdev, 0);
	case 0xef53:		/* ext2, ext3, ext4 */
	case 0x73717368:	/* SquashFS */
	case 0x9660:		/* ISO 9660 */
	case 0x4d44:		/* FAT */
		return trust_device(sb->s_bdev, 1);
	}
	return TRUST_READ;
}

/* The digest of a file. */

static __always_inline __u64 version(struct content *content)
{
	return load(&content->generation) + load(&raw_opened) + 1;
}

static __always_inline int is_being_written(struct inode *inode)
{
	return inode->i_writecount.counter > 0;
}

/* Takes the digest that is kept with the inode; 0 where there is none that counts. */
static __always_inline int get_kept(struct content *content, __u64 version, __u8 *digest)
{
	if (load(&content->version) != version)
		return 0;
	__builtin_memcpy(digest, content->digest, ENFORCER_MAX_DIGEST);
	return load(&content->version) == version;
}

static __always_inline void keep(struct content *content, __u64 version, const __u8 *digest)
{
	if (__sync_val_compare_and_swap(&content->busy, 0, 1))
		return;
	__sync_lock_test_and_set(&content->version, 0);
	__builtin_memcpy(content->digest, digest, ENFORCER_MAX_DIGEST);
	__sync_lock_test_and_set(&content->version, version);
	__sync_lock_test_and_set(&content->busy, 0);
}

static __always_inline enum enforcer_reason look_up(const __u8 *digest)
{
	return bpf_map_lookup_elem(&digests, digest) ? ENFORCER_KNOWN : ENFORCER_UNKNOWN;
}

/*
 * Whether a file may be used. Without can_hash only a digest that is kept can answer.
 * The digest is left in *size bytes, 0 where there is none.
 */
static __always_inline enum enforcer_reason
judge(struct file *file, struct enforcer_control *control, int can_hash, __u8 *digest,
      int *has_digest)
{
	struct inode *inode = file->f_inode;
	struct enforcer_counts *count;
	struct content *content;
	enum trust trust;
	__u64 before;
	long result;

	if ((inode->i_mode & S_IFMT) != S_IFREG)
		return ENFORCER_KNOWN;
	trust = trust_inode(inode);
	if (trust == TRUST_EXEMPT)
		return ENFORCER_KNOWN;
	if (trust == TRUST_NOTHING)
		return ENFORCER_UNVERIFIABLE;
	if (control->uncached)
		trust = TRUST_READ;

	/* A writer that comes after this line finds it, and raises the generation. */
	content = bpf_inode_storage_get(&contents, inode, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!content)
		return ENFORCER_UNVERIFIABLE;
	before = version(content);
	if (is_being_written(inode) || content->truncated)
		return ENFORCER_BEING_WRITTEN;
	if (trust == TRUST_WRITERS && get_kept(content, before, digest)) {
		*has_digest = 1;
		return look_up(digest);
	}
	if (!can_hash)
		return ENFORCER_UNVERIFIABLE;

	result = bpf_ima_file_hash(file, digest, ENFORCER_MAX_DIGEST);
	count = bpf_map_lookup_elem(&counts, &zero);
	if (count)
		__sync_fetch_and_add(&count->hashed, 1);
	if (result < 0 || result != control->algorithm)
		return ENFORCER_UNVERIFIABLE;
	*has_digest = 1;
	if (is_being_written(inode) || version(content) != before)
		return ENFORCER_BEING_WRITTEN;
	if (trust == TRUST_WRITERS)
		keep(content, before, digest);
	return look_up(digest);
}

/* What is told of a refusal. */

static __always_inline void add_process(struct enforcer_event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct kernfs_node *node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	int level;

	event->process = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	BPF_CORE_READ_STR_INTO(&event->parent_comm, task, real_parent, comm);
#pragma unroll
	for (level = 0; level < ENFORCER_UNIT_LEVELS; level++) {
		event->groups[level][0] = 0;
		if (!node)
			continue;
		bpf_probe_read_kernel_str(event->groups[level], ENFORCER_NAME_SIZE,
					  BPF_CORE_READ(node, name));
		if (bpf_core_field_exists(node->parent))
			node = BPF_CORE_READ(node, parent);
		else
			node = BPF_CORE_READ((struct kernfs_node___renamed *)node, __parent);
	}
}

static __always_inline struct enforcer_event *
begin_event(enum enforcer_hook hook, enum enforcer_reason reason, int enforced)
{
	struct enforcer_counts *count = bpf_map_lookup_elem(&counts, &zero);
	struct enforcer_event *event;

	if (!count)
		return 0;
	__sync_fetch_and_add(enforced ? &count->refused : &count->would_refuse, 1);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&count->lost, 1);
		return 0;
	}
	event->hook = hook;
	event->reason = reason;
	event->enforced = enforced;
	event->digest_size = 0;
	event->algorithm = 0;
	event->device = 0;
	event->inode = 0;
	event->is_name = 0;
	event->path[0] = 0;
	add_process(event);
	return event;
}

static __always_inline void
add_file(struct enforcer_event *event, struct file *file, struct enforcer_control *control,
	 const __u8 *digest, int has_digest)
{
	event->device = file->f_inode->i_sb->s_dev;
	event->inode = file->f_inode->i_ino;
	if (has_digest) {
		event->algorithm = control->algorithm;
		event->digest_size = ENFORCER_MAX_DIGEST;
		__builtin_memcpy(event->digest, digest, ENFORCER_MAX_DIGEST);
	}
}

/* Decides on a file at a hook that may sleep. */
static __always_inline int decide(struct file *file, enum enforcer_hook hook)
{
	struct enforcer_control *control = get_control();
	__u8 digest[ENFORCER_MAX_DIGEST] = {};
	struct enforcer_event *event;
	enum enforcer_reason reason;
	int has_digest = 0;
	int enforced;

	if (!control)
		return 0;
	reason = judge(file, control, 1, digest, &has_digest);
	if (reason == ENFORCER_KNOWN)
		return 0;
	enforced = is_enforcing(control);
	event = begin_event(hook, reason, enforced);
	if (event) {
		add_file(event, file, control, digest, has_digest);
		if (bpf_d_path(&file->f_path, event->path, sizeof(event->path)) < 0)
			event->path[0] = 0;
		bpf_ringbuf_submit(event, 0);
	}
	return enforced ? -EACCES : 0;
}

/* The hooks that decide. */

SEC("lsm.s/bprm_check_security")
int BPF_PROG(check_execution, struct linux_binprm *bprm, int ret)
{
	return ret ? ret : decide(bprm->file, ENFORCER_EXECUTION);
}

SEC("lsm.s/mmap_file")
int BPF_PROG(check_mapping, struct file *file, unsigned long asked, unsigned long protection,
	     unsigned long flags, int ret)
{
	if (ret || !file || !(protection & PROT_EXEC))
		return ret;
	return decide(file, ENFORCER_MAPPING);
}

/* The memory is locked here, and nothing can be hashed. */
SEC("lsm/file_mprotect")
int BPF_PROG(check_mprotect, struct vm_area_struct *vma, unsigned long asked,
	     unsigned long protection, int ret)
{
	struct enforcer_control *control = get_control();
	__u8 digest[ENFORCER_MAX_DIGEST] = {};
	struct enforcer_event *event;
	enum enforcer_reason reason;
	struct file *file;
	int has_digest = 0;
	int enforced;

	if (ret || !control || !(protection & PROT_EXEC) || vma->vm_flags & VM_EXEC)
		return ret;
	file = vma->vm_file;
	if (!file)
		return 0;
	reason = judge(file, control, 0, digest, &has_digest);
	if (reason == ENFORCER_KNOWN)
		return 0;
	enforced = is_enforcing(control);
	event = begin_event(ENFORCER_MPROTECT, reason, enforced);
	if (event) {
		add_file(event, file, control, digest, has_digest);
		/* No hook for bpf_d_path(). */
		event->is_name = 1;
		bpf_probe_read_kernel_str(event->path, sizeof(event->path),
					  BPF_CORE_READ(file, f_path.dentry, d_name.name));
		bpf_ringbuf_submit(event, 0);
	}
	return enforced ? -EACCES : 0;
}

static __always_inline enum enforcer_hook hook_of(enum kernel_read_file_id id)
{
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE))
		return ENFORCER_MODULE;
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_FIRMWARE))
		return ENFORCER_FIRMWARE;
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_IMAGE) ||
	    id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_INITRAMFS))
		return ENFORCER_KEXEC;
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_POLICY))
		return ENFORCER_POLICY;
	return ENFORCER_OTHER;
}

SEC("lsm.s/kernel_read_file")
int BPF_PROG(check_read, struct file *file, enum kernel_read_file_id id, _Bool whole, int ret)
{
	if (ret || !file)
		return ret;
	return decide(file, hook_of(id));
}

/* What comes from memory has no digest. */
SEC("lsm/kernel_load_data")
int BPF_PROG(check_load, enum kernel_read_file_id id, _Bool whole, int ret)
{
	struct enforcer_control *control = get_control();
	struct enforcer_event *event;
	int enforced;

	if (ret || !control)
		return ret;
	enforced = is_enforcing(control);
	event = begin_event(hook_of(id), ENFORCER_NO_FILE, enforced);
	if (event)
		bpf_ringbuf_submit(event, 0);
	return enforced ? -EACCES : 0;
}

/* The hooks that notice changes. */

static __always_inline void note_change(struct inode *inode, int by_writer)
{
	/* IMA may have a digest of what is truncated, although nobody has asked here. */
	struct content *content = bpf_inode_storage_get(
		&contents, inode, 0, by_writer ? 0 : BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!content)
		return;
	content->truncated = !by_writer;
	__sync_fetch_and_add(&content->generation, 1);
}

static __always_inline void note_raw_open(struct file *file, __u32 device)
{
	__u64 key = (__u64)file;
	__u32 one = 1, *count;

	__sync_fetch_and_add(&raw_open, 1);
	__sync_fetch_and_add(&raw_opened, 1);
	if (bpf_map_update_elem(&raw_files, &key, &device, BPF_ANY)) {
		/* Its close will not be noticed. */
		raw_overflow = 1;
		return;
	}
	if (bpf_map_update_elem(&raw_devices, &device, &one, BPF_NOEXIST)) {
		count = bpf_map_lookup_elem(&raw_devices, &device);
		if (count)
			__sync_fetch_and_add(count, 1);
		else
			raw_overflow = 1;
	}
}

SEC("lsm/file_open")
int BPF_PROG(note_open, struct file *file, int ret)
{
	struct inode *inode = file->f_inode;

	if (ret || !(file->f_mode & FMODE_WRITE))
		return ret;
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		note_change(inode, 1);
		break;
	case S_IFBLK:
		note_raw_open(file, inode->i_rdev);
		break;
	}
	return 0;
}

SEC("lsm/file_free_security")
int BPF_PROG(note_free, struct file *file)
{
	__u64 key = (__u64)file;
	__u32 device, *found;

	if (!raw_open)
		return 0;
	found = bpf_map_lookup_elem(&raw_files, &key);
	if (!found)
		return 0;
	device = *found;
	bpf_map_delete_elem(&raw_files, &key);
	found = bpf_map_lookup_elem(&raw_devices, &device);
	if (found && __sync_fetch_and_add(found, -1) == 1)
		bpf_map_delete_elem(&raw_devices, &device);
	__sync_fetch_and_add(&raw_open, -1);
	return 0;
}

/*
 * All truncations come here, by path, by file, and with O_TRUNC, which may come with a
 * file that is open for reading alone.
 */
static __always_inline void note_attributes(struct dentry *dentry, struct iattr *attributes)
{
	struct file *file;

	if (!(attributes->ia_valid & ATTR_SIZE))
		return;
	file = attributes->ia_valid & ATTR_FILE ? attributes->ia_file : 0;
	note_change(dentry->d_inode, file && file->f_mode & FMODE_WRITE);
}

SEC("?lsm/inode_setattr")
int BPF_PROG(note_truncation, struct dentry *dentry, struct iattr *attributes, int ret)
{
	if (!ret)
		note_attributes(dentry, attributes);
	return ret;
}

/* Since 6.9 with a mapping of users in front. */
SEC("?lsm/inode_setattr")
int BPF_PROG(note_mapped_truncation, void *mapping, struct dentry *dentry,
	     struct iattr *attributes, int ret)
{
	if (!ret)
		note_attributes(dentry, attributes);
	return ret;
}

/* Exchanges the content of two inodes, and needs no file that is open for writing. */
SEC("lsm/file_ioctl")
int BPF_PROG(note_exchange, struct file *file, unsigned int command, unsigned long argument,
	     int ret)
{
	if (!ret && command == EXT4_IOC_SWAP_BOOT)
		note_change(file->f_inode, 0);
	return ret;
}

/* The hooks that protect all this from others, while it enforces. */

/* A name, cut to its first 15 bytes. */
struct name {
	union {
		char bytes[16];
		__u64 words[2];
	};
};

static __always_inline int is_name(const unsigned char *name, struct name wanted)
{
	struct name read = {};

	bpf_probe_read_kernel_str(read.bytes, sizeof(read.bytes), name);
	return read.words[0] == wanted.words[0] && read.words[1] == wanted.words[1];
}

/* Whether a process runs the diglim-enforcer of this machine: which file that is, its
 * directory and its name tell. */
static __always_inline int
is_enforcer(struct task_struct *task, const struct enforcer_control *control)
{
	struct dentry *dentry = BPF_CORE_READ(task, mm, exe_file, f_path.dentry);

	return dentry &&
	       BPF_CORE_READ(dentry, d_parent, d_inode, i_ino) == control->program_parent &&
	       BPF_CORE_READ(dentry, d_sb, s_dev) == control->program_device &&
	       is_name(BPF_CORE_READ(dentry, d_name.name), (struct name){ .bytes = ENFORCER_PROGRAM });
}

/* In a branch of its own: the verifier must see that nothing else is returned. */
static __always_inline int refuse_if(int condition)
{
	if (!condition)
		return 0;
	asm volatile("");
	return -EPERM;
}

/* The control where this process must not touch what is the enforcer's; else 0. */
static __always_inline struct enforcer_control *protection(void)
{
	struct enforcer_control *control = get_control();
	struct task_struct *task = (void *)bpf_get_current_task();

	if (!control || !is_enforcing(control) || bpf_get_current_pid_tgid() >> 32 == 1)
		return 0;
	return is_enforcer(task, control) ? 0 : control;
}

/* Which executable is the enforcer's, in the kernel's own numbers. */
static __always_inline void note_enforcer(struct enforcer_control *control)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct dentry *dentry = BPF_CORE_READ(task, mm, exe_file, f_path.dentry);

	control->program_parent = BPF_CORE_READ(dentry, d_parent, d_inode, i_ino);
	control->program_device = BPF_CORE_READ(dentry, d_sb, s_dev);
	control->registering = 0;
}

SEC("lsm/bpf_map")
int BPF_PROG(protect_map, struct bpf_map *map, unsigned int mode, int ret)
{
	struct enforcer_control *control = get_control();
	int index;

	if (control && control->registering &&
	    control->registering == bpf_get_current_pid_tgid() >> 32)
		note_enforcer(control);
	if (ret || !(mode & FMODE_WRITE))
		return ret;
	control = protection();
	if (!control)
		return 0;
#pragma unroll
	for (index = 0; index < ENFORCER_MAPS; index++)
		if (control->maps[index] && control->maps[index] == map->id)
			return -EPERM;
	return 0;
}

#define BPF_FS_MAGIC 0xcafe4a11

/* The directory of the pins, or what is in it or in a directory in it. */
static __always_inline int is_pin(struct dentry *dentry)
{
	int level;

	if (BPF_CORE_READ(dentry, d_sb, s_magic) != BPF_FS_MAGIC)
		return 0;
#pragma unroll
	for (level = 0; level < 3; level++) {
		if (is_name(BPF_CORE_READ(dentry, d_name.name),
			    (struct name){ .bytes = ENFORCER_PINS }))
			return 1;
		dentry = BPF_CORE_READ(dentry, d_parent);
	}
	return 0;
}

SEC("lsm/inode_unlink")
int BPF_PROG(protect_unlink, struct inode *directory, struct dentry *dentry, int ret)
{
	return ret ? ret : refuse_if(is_pin(dentry) && protection());
}

SEC("lsm/inode_rename")
int BPF_PROG(protect_rename, struct inode *directory, struct dentry *dentry,
	     struct inode *new_directory, struct dentry *new_dentry, int ret)
{
	if (ret || !(is_pin(dentry) || is_pin(new_dentry)))
		return ret;
	return refuse_if(!!protection());
}

SEC("lsm/sb_umount")
int BPF_PROG(protect_unmount, struct vfsmount *mount, int flags, int ret)
{
	if (ret || mount->mnt_sb->s_magic != BPF_FS_MAGIC)
		return ret;
	return refuse_if(!!protection());
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(protect_trace, struct task_struct *child, unsigned int mode, int ret)
{
	struct enforcer_control *control;

	/* Reading what /proc shows of it is no harm. */
	if (ret || !(mode & 0x2))
		return ret;
	control = protection();
	return refuse_if(control && is_enforcer(child, control));
}

SEC("lsm/task_kill")
int BPF_PROG(protect_signal, struct task_struct *task, struct kernel_siginfo *info, int signal,
	     const struct cred *cred, int ret)
{
	struct enforcer_control *control;

	if (ret || !signal)
		return ret;
	control = protection();
	return refuse_if(control && is_enforcer(task, control));
}
