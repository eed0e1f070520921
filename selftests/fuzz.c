// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: random input for the files that operators write and read
 *
 *	fuzz [-v] [-s SEED] [-f FROM] [-n INPUTS] [-c PROCESSES] MODULES <CASES
 *
 * Gives the inputs FROM to FROM + INPUTS - 1 of SEED to all files in debugfs and to
 * all parameters of the modules in the folder MODULES, those that are loaded; the rest
 * of their parameters are given by loading them. Those of CASES come first. -v names
 * each before it is given.
 *
 * By one process, when nothing else is going on, this is an error:
 *
 *	- any other result than the model allows, see fuzz_model.c
 *	- a write that is refused and changes something, or is taken and does not
 *	- a file that is not the same in pieces as in one go
 *	- an address of the kernel in a file
 *
 * Then the input is made as small as it can be and still fails, and shown in the form
 * of CASES.
 *
 * With -c that many do it at the same time, and unload and load the modules meanwhile.
 * What is there changes all the time then, so only the errors and addresses are judged.
 *
 * A line of CASES: what is done (write, read, misc, load), how (see hows[]), an offset,
 * details as a number, the path, and after one blank the bytes, escaped as in C.
 * Empty lines and those that begin with # are skipped.
 *
 * What may take long is interrupted by a timer, which is one more thing to be tested.
 * The kernel's own crash is the business of who watches its console, where the progress
 * is told, past all that is buffered.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define DEBUGFS		"/sys/kernel/debug"
#define PAGE		4096
#define MAX_CONTENTS	32768
#define PROGRESS	1000	/* inputs */
#define PATIENCE	180	/* seconds for one input */
#define SHOWN_BYTES	400
/* In which a file that changes by itself does so. */
#define SETTLE_US	100000

struct target targets[MAX_TARGETS];
unsigned int nr_targets;

static const char *modules;
static bool verbose, crowded;
static int console;
static char failure[2048];
static char *window;		/* MAX_DATA readable bytes, as many unmapped ones */

static const char * const ops[NR_OPS] = { "write", "read", "misc", "load" };
static const char * const hows[NR_HOWS] = {
	"plain", "at", "after_seek", "appended", "vector", "pipe", "unmapped", "half_mapped",
};

/* What each process does; shared. */
static struct progress {
	u64	input;
	u64	done;
} *progress;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* tell - at once, on the console, in the form of the selftests' remarks */
static void tell(const char *fmt, ...)
{
	char text[MAX_DATA * 4 + 1024];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len > (int)sizeof(text) - 1)
		len = sizeof(text) - 1;
	if (write(console, text, len) < 0)
		die("console");
}

static bool fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(failure, sizeof(failure), fmt, args);
	va_end(args);
	return false;
}

/* Inputs as text */

static void escape(const char *data, size_t len, char *text, size_t size)
{
	size_t i, used = 0;

	for (i = 0; i < len && used + 5 < size; i++) {
		unsigned char c = data[i];

		if (c == '\\')
			used += sprintf(text + used, "\\\\");
		else if (c == '\n')
			used += sprintf(text + used, "\\n");
		else if (c < ' ' || c > '~')
			used += sprintf(text + used, "\\x%02x", c);
		else
			text[used++] = c;
	}
	text[used] = '\0';
}

static size_t unescape(const char *text, char *data)
{
	unsigned int byte;
	size_t len = 0;
	int used;

	while (*text && len < MAX_DATA) {
		used = 2;
		if (*text != '\\') {
			data[len++] = *text;
			used = 1;
		} else if (text[1] == 'n') {
			data[len++] = '\n';
		} else if (text[1] == '\\') {
			data[len++] = '\\';
		} else if (sscanf(text, "\\x%2x%n", &byte, &used) == 1) {
			data[len++] = byte;
		} else {
			fprintf(stderr, "fuzz: bad escape: %s\n", text);
			exit(2);
		}
		text += used;
	}
	return len;
}

static void show(const char *before, const struct input *input, size_t max)
{
	static char text[MAX_DATA * 4 + 1];

	escape(input->data, input->len < max ? input->len : max, text, sizeof(text));
	tell("%s%s %s %lld %u %s %s%s\n", before, ops[input->op], hows[input->how],
	     (long long)input->offset, input->detail, targets[input->target].path, text,
	     input->len > max ? "..." : "");
}

/* Targets */

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && !strcmp(name + len - n, suffix);
}

static struct target *add_target(const char *path)
{
	struct target *target = &targets[nr_targets++];

	if (nr_targets > MAX_TARGETS) {
		fputs("fuzz: there are too many files\n", stderr);
		exit(2);
	}
	memset(target, 0, sizeof(*target));
	snprintf(target->path, sizeof(target->path), "%s", path);
	target->format = format_of(path);
	return target;
}

static void add_file(const char *path, mode_t mode)
{
	struct target *target = add_target(path);

	target->readable = mode & 0400;
	target->writable = mode & 0200;
}

static void make_path(char *path, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(path, PATH_SIZE, fmt, args) >= PATH_SIZE) {
		fputs("fuzz: a path is too long\n", stderr);
		exit(2);
	}
	va_end(args);
}

static void add_files_below(const char *folder)
{
	struct dirent *entry;
	char path[PATH_SIZE];
	struct stat st;
	DIR *dir = opendir(folder);

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		make_path(path, "%s/%s", folder, entry->d_name);
		if (lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			add_files_below(path);
		else if (S_ISREG(st.st_mode))
			add_file(path, st.st_mode);
	}
	if (dir)
		closedir(dir);
}

/*
 * Those that make a mistake, so that it is seen, or take a minute to test something.
 * What they are told is for their own tests.
 */
static const char * const not_loaded[] = {
	"handler_table_test_guard*", "handler_table_test_kcfi", "handler_table_test_trouble",
	"handler_table_test_grace", "handler_table_test_race", "handler_table_test_stall",
	"handler_table_test_bound", "handler_table_test_sleepable_client",
	"handler_table_test_st[ar]*", "handler_table_test_unversioned",
};

/* Mistakes to be made, and, of the last, CPUs to be taken away. */
static const char * const not_given[] = { "broken:*", "onoff_interval:*" };

static bool matches(const char *text, const char * const *list, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!fnmatch(list[i], text, 0))
			return true;
	}
	return false;
}

static void add_params(struct target *target, const char *image, size_t size)
{
	static const char tag[] = "parmtype=";
	const char *at = image, *end = image + size;

	while ((at = memmem(at, end - at, tag, sizeof(tag) - 1))) {
		at += sizeof(tag) - 1;
		if (!strchr(at, ':') || target->nr_params == ARRAY_SIZE(target->params) ||
		    matches(at, not_given, ARRAY_SIZE(not_given)))
			continue;
		snprintf(target->params[target->nr_params++], sizeof(target->params[0]), "%s", at);
	}
}

static void add_module(const char *name)
{
	char path[PATH_SIZE];
	struct target *target;
	struct stat st;
	char *image;
	int fd;

	make_path(path, "%s/%s.ko", modules, name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		die(path);
	image = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		die(path);
	target = add_target(path);
	target->is_module = true;
	add_params(target, image, st.st_size);
	if (!target->nr_params)
		nr_targets--;
	munmap(image, st.st_size);
	close(fd);
}

static void learn_table(struct target *target)
{
	char path[PATH_SIZE], line[512], name[64];
	unsigned int idx, nr;
	FILE *f = fopen(DEBUGFS "/handler_table/tables", "r");

	while (f && fgets(line, sizeof(line), f)) {
		make_path(path, DEBUGFS "/handler_table/%.*s/dispatch",
			  (int)strcspn(line, " "), line);
		if (sscanf(line, "%63s %u", name, &nr) == 2 && !strcmp(path, target->path))
			target->nr_slots = nr;
	}
	if (f)
		fclose(f);
	target->slots = calloc(target->nr_slots + 1, sizeof(*target->slots));
	make_path(path, "%.*s/slots", (int)(strrchr(target->path, '/') - target->path),
		  target->path);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%u ", &idx) == 1 && idx < target->nr_slots)
			target->slots[idx] = true;
	}
	if (f)
		fclose(f);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->path, ((const struct target *)b)->path);
}

/* In debugfs there is a directory for each module that has files there. */
static void find_targets(void)
{
	struct dirent *entry;
	char path[PATH_SIZE], name[PATH_SIZE];
	DIR *dir = opendir(modules);
	unsigned int i;

	if (!dir)
		die(modules);
	while ((entry = readdir(dir))) {
		if (!has_suffix(entry->d_name, ".ko"))
			continue;
		make_path(name, "%.*s", (int)strlen(entry->d_name) - 3, entry->d_name);
		make_path(path, DEBUGFS "/%s", name);
		add_files_below(path);
		make_path(path, "/sys/module/%s/parameters", name);
		add_files_below(path);
		if (!matches(name, not_loaded, ARRAY_SIZE(not_loaded)))
			add_module(name);
	}
	closedir(dir);
	qsort(targets, nr_targets, sizeof(targets[0]), by_path);
	for (i = 0; i < nr_targets; i++) {
		if (has_suffix(targets[i].path, "/dispatch"))
			learn_table(&targets[i]);
	}
}

/* Signals */

static void on_alarm(int sig)
{
	(void)sig;
}

static void set_timer(unsigned int first_us, unsigned int next_us)
{
	struct itimerval timer = {
		.it_value.tv_usec = first_us,
		.it_interval.tv_usec = next_us,
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Again and again, as the first may come before the system call. */
static void interrupt_soon(const struct input *input)
{
	set_timer(500 + input->detail % 10000, 5000);
}

static void stop_interrupting(void)
{
	set_timer(0, 0);
}

/* Contents */

/* contents - up to @size - 1 bytes, in pieces; negative: an error */
static ssize_t contents(const char *path, char *buf, size_t size, size_t piece)
{
	size_t used = 0;
	ssize_t len = 0;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return -errno;
	while (used < size - 1) {
		size_t wanted = piece < size - 1 - used ? piece : size - 1 - used;

		len = read(fd, buf + used, wanted);
		if (len > (ssize_t)wanted) {
			fail("read gave %zd bytes instead of %zu", len, wanted);
			len = -EOVERFLOW;
			break;
		}
		if (len < 0)
			len = -errno;
		if (len <= 0)
			break;
		used += len;
	}
	close(fd);
	buf[used] = '\0';
	return len < 0 ? len : (ssize_t)used;
}

/* has_address - whether there is something like ffff888012345678 */
static bool has_address(const char *text, size_t len)
{
	size_t digits = 0, i;

	for (i = 0; i < len; i++) {
		if (!memchr("0123456789abcdefABCDEF", text[i], 22))
			digits = 0;
		else if (++digits == 16 && !strncasecmp(text + i - 15, "ffff", 4))
			return true;
	}
	return false;
}

/* What a write changes; of statistics whether they are on, as the rest changes anyhow. */
static void read_state(const struct target *target, char *buf, size_t size)
{
	const char *path = target->format->state ?: target->path;
	ssize_t len = -1;

	if (target->format->state || target->readable)
		len = contents(path, buf, size, size);
	if (len < 0)
		*buf = '\0';
	else if (has_suffix(path, "/stats") && strcmp(buf, "off\n"))
		memcpy(buf, "on", sizeof("on"));
}

/*
 * has_changed - whether it is not @before any more, but @after, and that not because it
 * changes all the time
 */
static bool has_changed(const struct target *target, const char *before, const char *after)
{
	static char later[MAX_CONTENTS];

	if (crowded || target->format->late || !strcmp(before, after))
		return false;
	usleep(SETTLE_US);
	read_state(target, later, sizeof(later));
	return !strcmp(after, later);
}

/* Tables and slots do not change, whatever an operator does. */
static u64 sum_of_lines(const char *path, u64 sum)
{
	FILE *f = fopen(path, "r");
	u64 hash;
	char line[512], *s;

	while (f && fgets(line, sizeof(line), f)) {
		for (hash = 1, s = line; *s; s++)
			hash = hash * 1000003 ^ (unsigned char)*s;
		/* The order is that of publishing. */
		if (!strncmp(line, "test_", 5) || strstr(path, "/slots"))
			sum += hash;
	}
	if (f)
		fclose(f);
	return sum;
}

static u64 sum_of_tables(void)
{
	u64 sum = sum_of_lines(DEBUGFS "/handler_table/tables", 0);

	sum = sum_of_lines(DEBUGFS "/handler_table/test_open/slots", sum);
	sum = sum_of_lines(DEBUGFS "/handler_table/test_closed/slots", sum);
	return sum_of_lines(DEBUGFS "/handler_table/test_huge/slots", sum);
}

/* Modules */

static const struct {
	const char *name;
	const char *params;
} loaded_with[] = {
	{ "control_room", "rate=100" },
	{ "irq_table", "tick_ms=0" },
	{ "handler_table_bench", "rounds=1" },
	{ "packet_drop", "protocol=99" },
};

static const char *default_params(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(loaded_with); i++) {
		if (!strcmp(loaded_with[i].name, name))
			return loaded_with[i].params;
	}
	return "";
}

static bool is_loaded(const char *name)
{
	char path[PATH_SIZE];

	make_path(path, "/sys/module/%s/initstate", name);
	return !access(path, F_OK);
}

static int load(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		die(path);
	ret = syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
	close(fd);
	return ret;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

static void module_name(const struct target *target, char *name)
{
	make_path(name, "%s", strrchr(target->path, '/') + 1);
	name[strlen(name) - 3] = '\0';
}

static bool try_load(const struct target *target, const struct input *input)
{
	static const int may[] = { EINVAL, ERANGE, ENOENT, ENOSPC, ENOMEM, E2BIG, EBUSY, EEXIST,
				   ENODEV };
	char name[PATH_SIZE];
	bool was_loaded;
	unsigned int i;
	int ret;

	module_name(target, name);
	was_loaded = is_loaded(name);
	if (was_loaded && unload(name))
		return true;
	ret = load(target->path, input->data);
	if (!ret) {
		usleep(input->detail % 20000);
		ret = unload(name);
		if (ret && !crowded)
			return fail("unload gave %s", strerrorname_np(ret));
		ret = 0;
	}
	if (was_loaded) {
		int again = load(target->path, default_params(name));

		if (again && !crowded)
			return fail("load with defaults gave %s", strerrorname_np(again));
	}
	for (i = 0; ret && i < ARRAY_SIZE(may); i++) {
		if (ret == may[i])
			ret = 0;
	}
	return !ret || fail("load gave %s", strerrorname_np(ret));
}

/* Those whose files are used by others meanwhile come and go. */
static void reload_some(u64 n)
{
	static const char * const names[] = {
		"handler_table_test_debugfs", "packet_sizes", "control_room", "irq_table",
		"packet_drop",
	};
	const char *name = names[n % ARRAY_SIZE(names)];
	char path[PATH_SIZE];

	make_path(path, "%s/%s.ko", modules, name);
	unload(name);
	load(path, default_params(name));
}

/* Writing */

static bool is_sysfs(const struct target *target)
{
	return !strncmp(target->path, "/sys/module/", 12);
}

static void allow(struct verdict *v, int error)
{
	if (!may_fail(v, error) && v->nr_errors < MAX_ERRORS)
		v->errors[v->nr_errors++] = error;
}

static unsigned int split(const struct input *input, struct iovec *parts, char *data)
{
	size_t first = input->len > 1 ? 1 + input->detail % (input->len - 1) : input->len;

	parts[0].iov_base = data;
	parts[0].iov_len = first;
	parts[1].iov_base = data + first;
	parts[1].iov_len = input->len - first;
	return parts[1].iov_len ? 2 : 1;
}

/* What files of debugfs get from a vector is one write for each part. */
static void judge_vector(const struct target *target, const struct input *input,
			 struct verdict *v)
{
	struct verdict rest;
	struct iovec parts[2];

	if (split(input, parts, (char *)input->data) == 1 || is_sysfs(target)) {
		judge_write(target, input->data, input->len, v);
		return;
	}
	judge_write(target, parts[0].iov_base, parts[0].iov_len, v);
	if (v->outcome == REFUSED)
		return;
	judge_write(target, parts[1].iov_base, parts[1].iov_len, &rest);
	v->outcome = EITHER;
	v->long_running |= rest.long_running;
}

static void judge(const struct target *target, const struct input *input, struct verdict *v)
{
	if (input->how == IN_VECTOR)
		judge_vector(target, input, v);
	else
		judge_write(target, input->data, input->len, v);

	/* What the kernel itself does with that is its own. */
	if (input->how == UNMAPPED && input->len && v->outcome == ACCEPTED)
		v->outcome = REFUSED;
	if (v->outcome == ACCEPTED && (input->how == HALF_MAPPED || input->how == FROM_PIPE))
		v->outcome = EITHER;
	if (input->how == UNMAPPED || input->how == HALF_MAPPED)
		allow(v, EFAULT);
	/* Not everything can be spliced to, or has an offset, and not any offset. */
	if (input->how == FROM_PIPE)
		allow(v, EINVAL);
	if (input->how == AT_OFFSET || input->how == AFTER_SEEK) {
		allow(v, ESPIPE);
		if (input->offset < 0 || input->offset > INT64_MAX - MAX_DATA) {
			allow(v, EINVAL);
			allow(v, EOVERFLOW);
		}
		if (v->outcome == ACCEPTED)
			v->outcome = EITHER;
	}
	/* Nothing is written, which some files do not see at all. */
	if (!input->len && (is_sysfs(target) || input->how == IN_VECTOR ||
			    input->how == FROM_PIPE))
		v->outcome = EITHER;
	if (is_sysfs(target) && !target->writable)
		allow(v, EACCES);
	if (v->long_running && v->outcome != REFUSED)
		allow(v, EINTR);
	if (!target->format->state && v->outcome == EITHER && v->long_running)
		allow(v, ENOMEM);
}

static ssize_t splice_to(int fd, const struct input *input)
{
	ssize_t ret;
	int ends[2];

	if (pipe(ends))
		die("pipe");
	if (write(ends[1], input->data, input->len) != (ssize_t)input->len)
		die("pipe");
	close(ends[1]);
	ret = splice(ends[0], NULL, fd, NULL, input->len, 0);
	if (ret < 0)
		ret = -errno;
	close(ends[0]);
	return ret;
}

static ssize_t result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

/* place - the input in memory, as much of it as is to be readable */
static char *place(const struct input *input)
{
	size_t readable = input->len;
	char *data;

	if (input->how == UNMAPPED)
		readable = 0;
	else if (input->how == HALF_MAPPED)
		readable = input->len / 2;
	/* What is read too much of it is not there, either. */
	data = window + MAX_DATA - readable;
	memcpy(data, input->data, readable);
	return data;
}

static ssize_t give(const struct target *target, const struct input *input)
{
	int fd = open(target->path, O_WRONLY | (input->how == APPENDED ? O_APPEND : 0));
	char *data = place(input);
	struct iovec parts[2];
	ssize_t ret;

	if (fd < 0)
		return -errno;
	switch (input->how) {
	case AT_OFFSET:
		ret = result(pwrite(fd, data, input->len, input->offset));
		break;
	case AFTER_SEEK:
		lseek(fd, input->offset, SEEK_SET);
		ret = result(write(fd, data, input->len));
		break;
	case IN_VECTOR:
		ret = result(writev(fd, parts, split(input, parts, data)));
		break;
	case FROM_PIPE:
		ret = splice_to(fd, input);
		break;
	default:
		ret = result(write(fd, data, input->len));
	}
	close(fd);
	return ret;
}

/* It may be so already, which some files take for an error. */
static void calm(const struct target *target)
{
	const char *text = target->format->calm;
	int fd = text ? open(target->path, O_WRONLY) : -1;

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		errno = 0;
	close(fd);
}

static bool is_transient(int error)
{
	switch (error) {
	case EIO:
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case EBUSY:
	case EEXIST:
	case EINTR:
	case EAGAIN:
	case ENOMEM:
		return true;
	}
	return false;
}

static bool result_is_right(const struct target *target, const struct input *input,
			    const struct verdict *v, ssize_t ret)
{
	ssize_t all = input->len;

	/* The rest is for another write. */
	if (is_sysfs(target) && all > PAGE)
		all = PAGE;
	if (ret < 0)
		return (v->outcome != ACCEPTED || v->long_running || crowded) &&
		       (may_fail(v, -ret) || (crowded && is_transient(-ret)));
	if (v->outcome == REFUSED && !crowded)
		return false;
	return ret == all || (v->outcome == EITHER && ret <= (ssize_t)input->len);
}

static const char *name_of(ssize_t ret)
{
	return ret < 0 ? strerrorname_np(-ret) ?: "unknown" : "taken";
}

static bool wrong_result(const struct verdict *v, ssize_t ret)
{
	char text[256] = "";
	size_t used = 0;
	unsigned int i;

	if (v->outcome != REFUSED)
		used += sprintf(text, " taken");
	for (i = 0; i < v->nr_errors; i++)
		used += snprintf(text + used, sizeof(text) - used, " %s",
				 strerrorname_np(v->errors[i]));
	return fail("%s (%zd) instead of%s", name_of(ret), ret, text);
}

static bool try_write(const struct target *target, const struct input *input)
{
	static char before[MAX_CONTENTS], after[MAX_CONTENTS];
	struct verdict v;
	ssize_t ret;

	judge(target, input, &v);
	if (!crowded)
		read_state(target, before, sizeof(before));
	if (v.outcome != REFUSED)
		interrupt_soon(input);
	ret = give(target, input);
	stop_interrupting();
	if (!result_is_right(target, input, &v, ret))
		return wrong_result(&v, ret);
	if (crowded) {
		calm(target);
		return true;
	}
	read_state(target, after, sizeof(after));
	if (ret < 0 && ret != -EINTR && has_changed(target, before, after))
		return fail("refused with %s, but what was\n%.400s\nis now\n%.400s",
			    name_of(ret), before, after);
	if ((ret >= 0 || ret == -EINTR) && v.outcome == ACCEPTED &&
	    !effect_is_right(target, input, before, after, ret < 0))
		return fail("%s (%zd), but what was\n%.400s\nis now\n%.400s", name_of(ret), ret,
			    before, after);
	if (v.outcome != REFUSED)
		calm(target);
	return true;
}

/* Reading */

static bool read_error_is_right(const struct target *target, ssize_t ret)
{
	if (ret >= 0 || crowded)
		return ret >= 0 || is_transient(-ret) || ret == -EINVAL || ret == -EACCES;
	if (!target->readable)
		return ret == -EINVAL || ret == -EACCES || (is_sysfs(target) && ret == -EIO);
	/* Of those who wait for others. */
	return ret == -EINTR;
}

/* Clears @same if it is not what is in @whole: the file may have changed meanwhile. */
static bool try_read_at(const struct target *target, const struct input *input,
			const char *whole, ssize_t len, bool complete, bool *same)
{
	static char buf[MAX_DATA];
	size_t size = input->detail % sizeof(buf);
	bool bad = input->how == UNMAPPED || input->how == HALF_MAPPED;
	off_t at = input->how == AT_OFFSET || input->how == AFTER_SEEK ? input->offset : 0;
	int fd = open(target->path, O_RDONLY);
	ssize_t ret;

	if (fd < 0)
		return read_error_is_right(target, -errno) || fail("open: %m");
	if (input->how == AT_OFFSET) {
		ret = result(pread(fd, buf, size, at));
	} else if (bad) {
		ret = result(read(fd, window + MAX_DATA - 1, size));
	} else {
		if (input->how == AFTER_SEEK && lseek(fd, at, SEEK_SET) < 0)
			at = 0;
		ret = result(read(fd, buf, size));
	}
	close(fd);
	if (ret > (ssize_t)size)
		return fail("read gave %zd bytes instead of %zu", ret, size);
	if ((bad && ret == -EFAULT) || (at < 0 && ret == -EINVAL) || ret == -ESPIPE ||
	    (input->how == AT_OFFSET && ret == -EOVERFLOW) ||
	    (at > INT64_MAX - MAX_DATA && ret == -EINVAL))
		return true;
	if (!read_error_is_right(target, ret))
		return fail("reading gave %s", name_of(ret));
	if (ret <= 0 || bad || len < 0)
		return true;
	if (at > len || ret > len - at)
		*same = !complete ||
			fail("%zd bytes at %lld, of %zd", ret, (long long)at, len);
	else
		*same = !memcmp(whole + at, buf, ret) ||
			fail("%zd bytes at %lld are not what is there", ret, (long long)at);
	return true;
}

/* Whether it changes by itself is seen by reading it before and afterwards. */
static bool try_read(const struct target *target, const struct input *input)
{
	static char whole[MAX_CONTENTS], pieces[MAX_CONTENTS], again[MAX_CONTENTS];
	/* At most some hundred pieces. */
	size_t piece = 1 + input->detail % (input->detail & 1 << 20 ? 5000 : 40);
	size_t size = piece * 200 < sizeof(pieces) ? piece * 200 + 1 : sizeof(pieces);
	ssize_t len = contents(target->path, whole, sizeof(whole), sizeof(whole));
	ssize_t nr, last;
	bool good, same = true;

	if (len == -EOVERFLOW)
		return false;
	if (!read_error_is_right(target, len))
		return fail("reading gave %s", name_of(len));
	if (len > 0 && has_address(whole, len))
		return fail("there is an address:\n%.1500s", whole);
	nr = contents(target->path, pieces, size, piece);
	good = try_read_at(target, input, whole, len, len < (ssize_t)sizeof(whole) - 1,
			   &same);
	last = contents(target->path, again, sizeof(again), sizeof(again));
	if (nr == -EOVERFLOW || !good)
		return false;
	if (crowded || len < 0 || len != last || memcmp(whole, again, len))
		return true;
	if (nr < 0 || nr > len || memcmp(whole, pieces, nr) ||
	    (nr < len && nr < (ssize_t)size - 1))
		return fail("in pieces of %zu it is\n%.600s\ninstead of\n%.600s", piece, pieces,
			    whole);
	return same;
}

/* All the rest */

static const int open_flags[] = {
	O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_DIRECTORY, O_NOFOLLOW,
	O_PATH, O_SYNC, O_DIRECT, O_NOATIME, O_ASYNC, O_TMPFILE,
};

static bool try_mmap(int fd)
{
	void *at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);

	return at == MAP_FAILED || fail("it was mapped");
}

static bool try_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI };

	return poll(&p, 1, 1) >= 0 || errno == EINTR || fail("poll: %m");
}

static bool try_pipe(int fd, size_t size)
{
	int ends[2];
	ssize_t ret;

	if (pipe(ends))
		die("pipe");
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	ret = size & 1 ? splice(fd, NULL, ends[1], NULL, size, SPLICE_F_NONBLOCK) :
			 sendfile(ends[1], fd, NULL, size);
	close(ends[0]);
	close(ends[1]);
	return ret <= (ssize_t)size || fail("%zd bytes instead of %zu", ret, size);
}

static bool try_call(int fd, u32 detail)
{
	size_t size = detail >> 8 & 0x3fff;
	char buf[64];

	switch (detail & 15) {
	case 0:
		return try_mmap(fd);
	case 1:
		return try_poll(fd);
	case 2:
	case 3:
		return try_pipe(fd, size);
	case 4:
		/* Of a type that is nobody's. */
		ioctl(fd, 0xfe00 | (detail >> 8 & 0xff), buf);
		return true;
	case 5:
		return ftruncate(fd, size) <= 0;
	case 6:
		fsync(fd);
		return true;
	case 7:
		return lseek(fd, (int32_t)detail, detail >> 30) >= -1;
	case 8:
		return fallocate(fd, detail >> 8 & 3, 0, size) < 0 || fail("it was allocated");
	case 9:
		return copy_file_range(fd, NULL, fd, NULL, size, 0) <= (ssize_t)size;
	case 10:
		return fcntl(fd, F_SETFL, O_NONBLOCK) <= 0;
	case 11:
		return read(fd, NULL, 0) <= 0 || fail("something of nothing");
	default:
		return read(fd, buf, size % sizeof(buf)) <= (ssize_t)(size % sizeof(buf)) ||
		       fail("more than was asked for");
	}
}

/* Truncating and the like is no write: nothing changes, whatever comes of it. */
static bool try_misc(const struct target *target, const struct input *input)
{
	static char before[MAX_CONTENTS], after[MAX_CONTENTS];
	unsigned int i;
	bool good = true;
	int flags = 0;
	int fd;

	for (i = 0; i < ARRAY_SIZE(open_flags); i++) {
		if (input->detail >> (i + 16) & 1 && input->offset >> i & 1)
			flags |= open_flags[i];
	}
	read_state(target, before, sizeof(before));
	fd = open(target->path, flags, 0600);
	if (fd >= 0) {
		good = try_call(fd, input->detail) && try_call(fd, input->detail >> 4) &&
		       try_call(fd, input->detail >> 8);
		close(fd);
	}
	read_state(target, after, sizeof(after));
	if (has_changed(target, before, after))
		return fail("what was\n%.400s\nis now\n%.400s", before, after);
	return good;
}

/* One input after the other */

static bool try(const struct input *input)
{
	const struct target *target = &targets[input->target];

	*failure = '\0';
	switch (input->op) {
	case OP_WRITE:
		return try_write(target, input);
	case OP_READ:
		return try_read(target, input);
	case OP_LOAD:
		return try_load(target, input);
	default:
		return try_misc(target, input);
	}
}

static bool still_fails(const struct input *input)
{
	return !try(input);
}

static bool minimise_how(struct input *input)
{
	struct input simple = *input;

	if (input->op == OP_MISC)
		return false;
	simple.how = PLAIN;
	simple.offset = 0;
	if (input->op != OP_READ)
		simple.detail = 0;
	if (!memcmp(&simple, input, sizeof(simple)) || !still_fails(&simple))
		return false;
	*input = simple;
	return true;
}

static bool minimise_data(struct input *input)
{
	static struct input less;
	bool smaller = false;
	size_t piece, at;

	for (piece = (input->len + 1) / 2; piece; piece /= 2) {
		for (at = 0; at + piece <= input->len;) {
			less = *input;
			memmove(less.data + at, less.data + at + piece, less.len - at - piece);
			less.len -= piece;
			memset(less.data + less.len, 0, piece);
			if (still_fails(&less)) {
				*input = less;
				smaller = true;
			} else {
				at += piece;
			}
		}
	}
	return smaller;
}

static void report(struct input *input, const char *where)
{
	char *line;

	tell("# # fuzz: %s: failed\n", where);
	show("# # fuzz:   ", input, SHOWN_BYTES);
	for (line = strtok(failure, "\n"); line; line = strtok(NULL, "\n"))
		tell("# # fuzz:   %s\n", line);
	if (crowded)
		return;
	/* Bytes that are not part of it are not to differ, either. */
	memset(input->data + input->len, 0, MAX_DATA - input->len);
	if (!still_fails(input)) {
		tell("# # fuzz: but not when it is tried again\n");
		return;
	}
	minimise_how(input);
	while (minimise_data(input))
		;
	still_fails(input);
	show("# # fuzz: minimal: ", input, MAX_DATA);
	for (line = strtok(failure, "\n"); line; line = strtok(NULL, "\n"))
		tell("# # fuzz:   %s\n", line);
}

static int find_name(const char *name, const char * const *names, int nr)
{
	while (nr--) {
		if (!strcmp(name, names[nr]))
			return nr;
	}
	fprintf(stderr, "fuzz: there is no %s\n", name);
	exit(2);
}

/* parse_case - returns whether there is such a file, or module */
static bool parse_case(const char *line, struct input *input)
{
	char op[16], how[16], path[PATH_SIZE];
	long long offset;
	int used = 0;

	if (sscanf(line, "%15s %15s %lld %u %255s%n", op, how, &offset, &input->detail, path,
		   &used) != 5) {
		fprintf(stderr, "fuzz: bad case: %s\n", line);
		exit(2);
	}
	input->op = find_name(op, ops, NR_OPS);
	input->how = find_name(how, hows, NR_HOWS);
	input->offset = offset;
	input->len = unescape(line + used + (line[used] == ' '), input->data);
	input->data[input->len < MAX_DATA ? input->len : MAX_DATA - 1] = '\0';
	for (input->target = 0; input->target < nr_targets; input->target++) {
		const char *name = targets[input->target].path;

		/* The folder of the modules is not the same everywhere. */
		if (input->op == OP_LOAD ? has_suffix(name, strrchr(path, '/') ?: path) :
					   !strcmp(name, path))
			return true;
	}
	return false;
}

/* Of other modules than are there some may be. */
static bool try_cases(void)
{
	static struct input input;
	unsigned int nr = 0, skipped = 0;
	char *line = NULL;
	bool good = true;
	size_t size = 0;
	ssize_t len;

	while (good && (len = getline(&line, &size, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (!*line || *line == '#')
			continue;
		if (!parse_case(line, &input)) {
			tell("# # fuzz: is not there: %s\n", line);
			skipped++;
			continue;
		}
		good = try(&input);
		if (!good)
			report(&input, "a kept case");
		nr++;
	}
	free(line);
	tell("# # fuzz: %u kept cases, %u skipped\n", nr, skipped);
	return good && !skipped;
}

struct work {
	u64	seed, from, inputs;
	unsigned int	processes;
};

static bool try_one(const struct work *work, u64 n)
{
	static struct input input;
	char where[64];

	make_input(work->seed, n, &input);
	snprintf(where, sizeof(where), "seed %llu input %llu", (unsigned long long)work->seed,
		 (unsigned long long)n);
	if (verbose) {
		tell("# # fuzz: %s\n", where);
		show("# # fuzz:   ", &input, SHOWN_BYTES);
	}
	if (try(&input))
		return true;
	report(&input, where);
	return false;
}

static void prepare(void)
{
	/* No SA_RESTART: the calls are to fail. */
	struct sigaction sa = { .sa_handler = on_alarm };

	if (sigaction(SIGALRM, &sa, NULL))
		die("sigaction");
	window = mmap(NULL, 2 * MAX_DATA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (window == MAP_FAILED || mprotect(window + MAX_DATA, MAX_DATA, PROT_NONE))
		die("mmap");
}

static int run(const struct work *work, unsigned int nr)
{
	struct progress *mine = &progress[nr];
	u64 tables = 0, n;

	prepare();
	if (!crowded) {
		tables = sum_of_tables();
		if (!try_cases())
			return 1;
	}
	for (n = work->from + nr; n < work->from + work->inputs; n += work->processes) {
		__atomic_store_n(&mine->input, n, __ATOMIC_RELAXED);
		if (!try_one(work, n))
			return 1;
		if (crowded && n % 100 == 0)
			reload_some(n / 100);
		if (n % PROGRESS == 0)
			tell("# # fuzz: seed %llu at input %llu\n",
			     (unsigned long long)work->seed, (unsigned long long)n);
		if (!crowded && (n + 1) % PROGRESS == 0 && sum_of_tables() != tables) {
			tell("# # fuzz: tables have changed since input %llu\n",
			     (unsigned long long)n + 1 - PROGRESS);
			return 1;
		}
		__atomic_add_fetch(&mine->done, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

/* watch - the processes until they end; returns whether all is well */
static bool watch(const struct work *work)
{
	unsigned int left = work->processes, idle = 0, i;
	u64 last = 0;
	bool good = true;
	int status;

	while (left) {
		u64 done = 0;

		for (i = 0; i < work->processes; i++)
			done += __atomic_load_n(&progress[i].done, __ATOMIC_RELAXED);
		idle = done == last ? idle + 1 : 0;
		last = done;
		while (waitpid(-1, &status, WNOHANG) > 0) {
			if (WIFSIGNALED(status))
				tell("# # fuzz: a process died of signal %d\n",
				     WTERMSIG(status));
			good &= WIFEXITED(status) && !WEXITSTATUS(status);
			left--;
		}
		if (idle < PATIENCE) {
			sleep(left > 0);
			continue;
		}
		for (i = 0; i < work->processes; i++)
			tell("# # fuzz: stuck: seed %llu, process %u is in input %llu\n",
			     (unsigned long long)work->seed, i,
			     (unsigned long long)__atomic_load_n(&progress[i].input,
								  __ATOMIC_RELAXED));
		return false;
	}
	tell("# # fuzz: %llu inputs of %llu done\n", (unsigned long long)last,
	     (unsigned long long)work->inputs);
	return good;
}

int main(int argc, char **argv)
{
	struct work work = { .seed = 1, .inputs = 1000, .processes = 1 };
	unsigned int i;
	int opt;

	while ((opt = getopt(argc, argv, "vs:f:n:c:")) != -1) {
		if (opt == 'v')
			verbose = true;
		else if (opt == 's')
			work.seed = strtoull(optarg, NULL, 0);
		else if (opt == 'f')
			work.from = strtoull(optarg, NULL, 0);
		else if (opt == 'n')
			work.inputs = strtoull(optarg, NULL, 0);
		else if (opt == 'c')
			work.processes = atoi(optarg);
		else
			return 2;
	}
	if (argc - optind != 1 || !work.processes) {
		fputs("usage: see the beginning of the source\n", stderr);
		return 2;
	}
	modules = argv[optind];
	crowded = work.processes > 1;
	console = open("/dev/console", O_WRONLY | O_NOCTTY);
	if (console < 0)
		console = STDOUT_FILENO;
	find_targets();
	tell("# # fuzz: seed %llu, %u files and modules\n", (unsigned long long)work.seed,
	     nr_targets);

	progress = mmap(NULL, work.processes * sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (progress == MAP_FAILED)
		die("mmap");
	for (i = 0; i < work.processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			/* One that is stuck is not to go on when nobody looks any more. */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(run(&work, i));
		}
	}
	return !watch(&work);
}
