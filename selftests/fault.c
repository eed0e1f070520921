// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: one operation during which one allocation of memory fails
 *
 *	fault N load FILE [PARAMETER]
 *	fault N write FILE TEXT
 *	fault N read FILE
 *
 * The Nth allocation that the kernel makes for it fails, see the kernel's
 * Documentation/fault-injection. To write is one write; to read is to the end of
 * the file; both with the file opened, and closed. The answer is a line:
 *
 *	RESULT LEFT
 *
 * RESULT is "ok" or the name of an error, LEFT how far it was from that allocation:
 * 0, it has failed. It takes a kernel with FAULT_INJECTION. While the kernel counts, the
 * process is called "failing".
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void show_usage(void)
{
	fputs("usage: fault N load FILE [PARAMETER]\n"
	      "       fault N write FILE TEXT\n"
	      "       fault N read FILE\n", stderr);
	exit(2);
}

/* The file that counts, open all the time: to open it takes memory, too. */
static int open_counter(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR);

	if (fd < 0)
		die("/proc/thread-self/fail-nth");
	return fd;
}

static void set_counter(int fd, const char *n)
{
	if (pwrite(fd, n, strlen(n), 0) != (ssize_t)strlen(n))
		die("/proc/thread-self/fail-nth");
}

/* For those who trace: that takes no memory. */
static void call_me(const char *name)
{
	if (prctl(PR_SET_NAME, name))
		die("prctl");
}

static long read_counter(int fd)
{
	char text[32];
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	if (len <= 0)
		die("/proc/thread-self/fail-nth");
	text[len] = '\0';
	return strtol(text, NULL, 10);
}

static int load(int fd, const char *parameter)
{
	return syscall(SYS_finit_module, fd, parameter, 0) ? errno : 0;
}

static int write_text(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static int read_all(const char *file)
{
	static char buffer[65536];
	int fd = open(file, O_RDONLY), error = 0;
	ssize_t len;

	if (fd < 0)
		return errno;
	do
		len = read(fd, buffer, sizeof(buffer));
	while (len > 0);
	if (len < 0)
		error = errno;
	close(fd);
	return error;
}

int main(int argc, char **argv)
{
	int counter, error, module = -1;
	const char *what, *name;
	long left;

	if (argc < 4 || argc > 5)
		show_usage();
	what = argv[2];
	/* As much as possible beforehand, so that what fails is the module's. */
	if (!strcmp(what, "load")) {
		module = open(argv[3], O_RDONLY | O_CLOEXEC);
		if (module < 0)
			die(argv[3]);
	} else if (!(argc == 5 && !strcmp(what, "write")) &&
		   !(argc == 4 && !strcmp(what, "read"))) {
		show_usage();
	}
	counter = open_counter();
	call_me("failing");
	set_counter(counter, argv[1]);
	if (module >= 0)
		error = load(module, argc == 5 ? argv[4] : "");
	else if (argc == 5)
		error = write_text(argv[3], argv[4]);
	else
		error = read_all(argv[3]);
	left = read_counter(counter);
	set_counter(counter, "0");
	call_me("fault");
	name = error ? strerrorname_np(error) ?: "unknown" : "ok";
	printf("%s %ld\n", name, left);
	return 0;
}
