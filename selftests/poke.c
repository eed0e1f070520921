// SPDX-License-Identifier: GPL-2.0-only
/*
 * poke: write bytes to a file, or read from it, and see which error that gives
 *
 *	poke [-u UID] [-o OFFSET] FILE <CASES
 *	poke [-u UID] [-o OFFSET] -r FILE EXPECTED
 *
 * FILE can be @N: the file descriptor N, inherited. A line of CASES is the
 * expected result, "ok" or the name of an error, one blank, and the bytes to
 * write, with the escapes \n, \r, \t, \\, \xNN. The bytes \! stand for memory
 * that cannot be read. Empty lines and those that begin with # are skipped.
 *
 * Each case is one write. What came otherwise than expected is told, and is a
 * failure; so is a list without cases.
 *
 * To read is one read as well. Where EXPECTED is "ok", what it gives has to be
 * what is at that place when the file is read from its beginning to its end.
 *
 * SIGUSR1 interrupts a system call and does nothing else.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNREADABLE	((const void *)8)
#define READ_SIZE	64

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void show_usage(void)
{
	fputs("usage: poke [-u UID] [-o OFFSET] FILE <CASES\n"
	      "       poke [-u UID] [-o OFFSET] -r FILE EXPECTED\n", stderr);
	exit(2);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void catch_signal(void)
{
	/* No SA_RESTART: the call is to fail. */
	struct sigaction sa = { .sa_handler = on_signal };

	if (sigaction(SIGUSR1, &sa, NULL))
		die("sigaction");
}

/* result_name - of a call that returned @ret where it should return @good */
static const char *result_name(ssize_t ret, ssize_t good)
{
	if (ret < 0)
		return strerrorname_np(errno) ?: "unknown";
	return ret == good ? "ok" : "short";
}

/* unescape - in place; returns the number of bytes */
static size_t unescape(char *s)
{
	char *to = s, *from = s;
	unsigned int byte;
	int used;

	while (*from) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'n') {
			*to++ = '\n';
			from += 2;
		} else if (from[1] == 'r') {
			*to++ = '\r';
			from += 2;
		} else if (from[1] == 't') {
			*to++ = '\t';
			from += 2;
		} else if (from[1] == '\\') {
			*to++ = '\\';
			from += 2;
		} else if (sscanf(from, "\\x%2x%n", &byte, &used) == 1 &&
			   used == 4) {
			*to++ = byte;
			from += 4;
		} else {
			fprintf(stderr, "poke: bad escape: %s\n", from);
			exit(2);
		}
	}
	return to - s;
}

/* try_case - returns whether it came as expected */
static int try_case(int fd, char *line, off_t offset)
{
	char *shown, *bytes = strchr(line, ' ');
	const void *data;
	const char *got;
	size_t len = 8;
	ssize_t ret;
	int good;

	if (!bytes) {
		fprintf(stderr, "poke: no bytes: %s\n", line);
		exit(2);
	}
	*bytes++ = '\0';
	data = bytes;
	shown = strdup(bytes);
	if (!shown)
		die("strdup");
	if (strcmp(bytes, "\\!"))
		len = unescape(bytes);
	else
		data = UNREADABLE;

	ret = offset < 0 ? write(fd, data, len) : pwrite(fd, data, len, offset);
	got = result_name(ret, len);
	good = !strcmp(got, line);
	if (!good)
		printf("# '%s': %s instead of %s\n", shown, got, line);
	free(shown);
	return good;
}

static int try_all(int fd, off_t offset)
{
	unsigned int cases = 0, failed = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (!*line || *line == '#')
			continue;
		failed += !try_case(fd, line, offset);
		cases++;
	}
	free(line);
	printf("# %u cases, %u not as expected\n", cases, failed);
	return !cases || failed;
}

/* open_file - exits if that fails, well if it is as @expected */
static int open_file(const char *name, int flags, const char *expected)
{
	int fd = *name == '@' ? atoi(name + 1) : open(name, flags);

	if (fd >= 0)
		return fd;
	if (expected && !strcmp(result_name(fd, 0), expected))
		exit(0);
	printf("# %s: %s\n", name, result_name(fd, 0));
	exit(1);
}

/* contents - up to @size bytes at @offset, by reading all that is before them */
static size_t contents(const char *name, off_t offset, char *buf, size_t size)
{
	char path[32], chunk[4096];
	size_t used = 0;
	off_t at = 0;
	ssize_t len, i;
	int fd;

	/* Opened anew, so that the descriptor's own position stays. */
	snprintf(path, sizeof(path), "/proc/self/fd/%s", name + 1);
	fd = open_file(*name == '@' ? path : name, O_RDONLY, NULL);
	while ((len = read(fd, chunk, sizeof(chunk))) > 0) {
		for (i = 0; i < len && used < size; i++, at++) {
			if (at >= offset)
				buf[used++] = chunk[i];
		}
	}
	if (len < 0)
		die(name);
	close(fd);
	return used;
}

/* is_at - whether @buf is what is in the file @name at @offset; nothing is only its end */
static int is_at(const char *name, off_t offset, const char *buf, size_t len)
{
	char expected[READ_SIZE];
	size_t size = contents(name, offset, expected, sizeof(expected));

	return len <= size && !len == !size && !memcmp(buf, expected, len);
}

static int try_read(const char *name, off_t offset, const char *expected)
{
	int fd = open_file(name, O_RDONLY, expected);
	off_t from = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
	char buf[READ_SIZE];
	ssize_t ret = offset < 0 ? read(fd, buf, sizeof(buf)) :
				   pread(fd, buf, sizeof(buf), offset);
	const char *got = result_name(ret, ret);

	if (strcmp(got, expected)) {
		printf("# reading gave %s instead of %s\n", got, expected);
		return 1;
	}
	if (ret >= 0 && !is_at(name, from, buf, ret)) {
		printf("# reading %s at %lld gave something else: '%.*s'\n",
		       name, (long long)from, (int)ret, buf);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	off_t offset = -1;
	int reading = 0;
	int opt;

	while ((opt = getopt(argc, argv, "ru:o:")) != -1) {
		if (opt == 'r')
			reading = 1;
		else if (opt == 'o')
			offset = strtoll(optarg, NULL, 0);
		else if (opt == 'u' && setuid(atoi(optarg)))
			die("setuid");
		else if (opt == '?')
			show_usage();
	}
	if (argc - optind != 1 + reading)
		show_usage();
	argv += optind;

	catch_signal();
	if (reading)
		return try_read(argv[0], offset, argv[1]);
	return try_all(open_file(argv[0], O_WRONLY, NULL), offset);
}
