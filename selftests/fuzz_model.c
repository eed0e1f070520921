// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: what a file has to make of what is written to it
 *
 * Made from Documentation/ABI, not from the code. Where several things are wrong with
 * an input, the error may be that of any of them.
 *
 * Of files that are not ours to specify, such as parameters, which the kernel itself
 * takes apart, only the errors are known.
 */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void refuse(struct verdict *v, int error)
{
	v->outcome = REFUSED;
	if (!may_fail(v, error) && v->nr_errors < MAX_ERRORS)
		v->errors[v->nr_errors++] = error;
}

bool may_fail(const struct verdict *v, int error)
{
	unsigned int i;

	for (i = 0; i < v->nr_errors; i++) {
		if (v->errors[i] == error)
			return true;
	}
	return false;
}

/*
 * judge_number - decimal digits and nothing else; returns whether they are a number of
 * 32 bits
 */
static bool judge_number(const char *s, size_t len, u32 *number, struct verdict *v)
{
	u64 value = 0;
	bool large = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			break;
		value = value * 10 + s[i] - '0';
		large |= value > UINT32_MAX;
		if (large)
			value = 0;
	}
	*number = value;
	if (!len || i < len)
		refuse(v, EINVAL);
	if (large)
		refuse(v, ERANGE);
	return len && i == len && !large;
}

static size_t without_newline(const char *data, size_t len)
{
	return len && data[len - 1] == '\n' ? len - 1 : len;
}

static void judge_dispatch(const struct target *target, const char *data, size_t len,
			   struct verdict *v)
{
	u32 idx = 0, count = 1;
	const char *blank;
	size_t first;

	if (len > 31)
		refuse(v, EINVAL);
	len = without_newline(data, len);
	blank = memchr(data, ' ', len);
	first = blank ? (size_t)(blank - data) : len;

	if (judge_number(data, first, &idx, v) && idx >= target->nr_slots)
		refuse(v, EINVAL);
	if (blank && judge_number(blank + 1, len - first - 1, &count, v) &&
	    (!count || count > 1000000))
		refuse(v, EINVAL);
	if (v->outcome == ACCEPTED && !target->slots[idx])
		refuse(v, ENOENT);
	v->long_running = count > 1;
}

static void judge_stats(const struct target *target, const char *data, size_t len,
			struct verdict *v)
{
	u32 on;

	if (len > 31)
		refuse(v, EINVAL);
	len = without_newline(data, len);
	if (judge_number(data, len, &on, v) && on > 1)
		refuse(v, EINVAL);
	if (v->outcome == ACCEPTED && on && strstr(target->path, "/test_huge/"))
		refuse(v, E2BIG);
}

static bool is_context(const char *s, size_t len, unsigned int *seen)
{
	static const char * const names[] = { "task", "softirq", "hardirq" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i]) == len && !memcmp(names[i], s, len) &&
		    !(*seen & 1U << i)) {
			*seen |= 1U << i;
			return true;
		}
	}
	return false;
}

static void judge_contexts(const char *s, size_t len, struct verdict *v)
{
	unsigned int seen = 0;
	const char *comma;

	while ((comma = memchr(s, ',', len))) {
		if (!is_context(s, comma - s, &seen))
			refuse(v, EINVAL);
		len -= comma + 1 - s;
		s = comma + 1;
	}
	if (!is_context(s, len, &seen))
		refuse(v, EINVAL);
}

static const struct stress_number {
	const char	*key;
	u32	min, max;
} stress_numbers[] = {
	{ "readers=", 0, 64 },
	{ "writers=", 0, 16 },
	{ "seconds=", 1, 3600 },
};

static void judge_pair(const char *s, size_t len, u32 *numbers, unsigned int *seen,
		       struct verdict *v)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stress_numbers); i++) {
		const struct stress_number *n = &stress_numbers[i];

		if (len < 8 || memcmp(s, n->key, 8))
			continue;
		if (judge_number(s + 8, len - 8, &numbers[i], v) &&
		    (numbers[i] < n->min || numbers[i] > n->max))
			refuse(v, ERANGE);
		break;
	}
	if (i == ARRAY_SIZE(stress_numbers)) {
		if (len < 9 || memcmp(s, "contexts=", 9))
			refuse(v, EINVAL);
		else
			judge_contexts(s + 9, len - 9, v);
	}
	if (*seen & 1U << i)
		refuse(v, EINVAL);
	*seen |= 1U << i;
}

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void judge_stress(const struct target *target, const char *data, size_t len,
			 struct verdict *v)
{
	u32 numbers[] = { 2, 1, 1 };
	unsigned int seen = 0;
	size_t i, end;

	(void)target;
	if (len > 255) {
		refuse(v, E2BIG);
		return;
	}
	if (memchr(data, '\0', len))
		refuse(v, EINVAL);
	for (i = 0; i < len; i = end) {
		for (end = i; end < len && !is_white(data[end]); end++)
			;
		if (end == i)
			end++;
		else
			judge_pair(data + i, end - i, numbers, &seen, v);
	}
	if (!seen || (!numbers[0] && !numbers[1]))
		refuse(v, EINVAL);
	v->long_running = true;
}

static void judge_running(const struct target *target, const char *data, size_t len,
			  struct verdict *v)
{
	(void)target;
	if (len < 1 || len > 2 || (*data != '0' && *data != '1') ||
	    (len == 2 && data[1] != '\n'))
		refuse(v, EINVAL);
}

static const char * const audits[] = { "none", "brief", "full", NULL };
static const char * const metrics[] = { "none", "count", "sum", NULL };
static const char * const prints[] = { "none", "text", "hex", NULL };

static void judge_choice(const struct target *target, const char *data, size_t len,
			 struct verdict *v)
{
	const char * const *name;

	if (len > 15)
		refuse(v, EINVAL);
	len = without_newline(data, len);
	for (name = target->format->corpus; *name; name++) {
		if (strlen(*name) == len && !memcmp(*name, data, len))
			return;
	}
	refuse(v, EINVAL);
}

/* The errors of who opens a file are the file system's. */
static void judge_path(const struct target *target, const char *data, size_t len,
		       struct verdict *v)
{
	static const int errors[] = { ENOENT, EISDIR, ENOTDIR, ENAMETOOLONG, EINVAL };
	size_t i;

	(void)target;
	if (len > 255 || !len || memchr(data, '\0', len)) {
		refuse(v, EINVAL);
		return;
	}
	len = without_newline(data, len);
	if (len == 4 && !memcmp(data, "none", 4))
		return;
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		refuse(v, errors[i]);
	if (*data == '/')
		v->outcome = EITHER;
}

/* With its freedoms: a plus sign, a newline. */
static bool judge_kstrtouint(const char *s, size_t len, u32 *number, struct verdict *v)
{
	len = without_newline(s, len);
	if (len && *s == '+') {
		s++;
		len--;
	}
	return judge_number(s, len, number, v);
}

/* "IRQ [COUNT]" */
static void judge_raise(const struct target *target, const char *data, size_t len,
			struct verdict *v)
{
	u32 irq = 0, count = 1;
	const char *blank;
	size_t first;

	(void)target;
	if (len > 31 || memchr(data, '\0', len))
		refuse(v, EINVAL);
	blank = memchr(data, ' ', len);
	first = blank ? (size_t)(blank - data) : len;
	if (judge_kstrtouint(data, first, &irq, v) && irq >= 1024)
		refuse(v, EINVAL);
	if (blank && judge_kstrtouint(blank + 1, len - first - 1, &count, v) &&
	    (count < 1 || count > 1000000))
		refuse(v, EINVAL);
	/* A long one is cut even where it has been done. */
	v->long_running = true;
}

/* Whatever it makes of it. */
static void judge_loosely(const struct target *target, const char *data, size_t len,
			  struct verdict *v)
{
	(void)target;
	(void)data;
	(void)len;
	refuse(v, EINVAL);
	refuse(v, ERANGE);
	refuse(v, EEXIST);
	v->outcome = EITHER;
	v->long_running = true;
}

/* As judge_loosely(), but what begins otherwise than a number or a truth is refused. */
static void judge_setting(const struct target *target, const char *data, size_t len,
			  struct verdict *v)
{
	judge_loosely(target, data, len, v);
	if (!len || (!isdigit((unsigned char)*data) && !strchr("+yYtToOnNfFeEdD-", *data)))
		v->outcome = REFUSED;
}

static void judge_bench(const struct target *target, const char *data, size_t len,
			struct verdict *v)
{
	const char * const *word;
	size_t i;

	judge_loosely(target, data, len, v);
	for (i = 0; i < len && isspace((unsigned char)data[i]); i++)
		;
	for (word = target->format->words; *word; word++) {
		if (len - i >= strlen(*word) && !memcmp(data + i, *word, strlen(*word)))
			return;
	}
	v->outcome = REFUSED;
}

/* Nothing can be written to it. */
static void judge_readonly(const struct target *target, const char *data, size_t len,
			   struct verdict *v)
{
	(void)target;
	(void)data;
	(void)len;
	refuse(v, EINVAL);
}

void judge_write(const struct target *target, const char *data, size_t len,
		 struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->outcome = ACCEPTED;
	if (!target->writable)
		judge_readonly(target, data, len, v);
	else
		target->format->judge(target, data, len, v);
}

#define LIST(...)	((const char * const []){ __VA_ARGS__, NULL })

static const struct format formats[] = {
	{
		.pattern = "*/handler_table/*/dispatch",
		.weight	= 60,
		.judge	= judge_dispatch,
		.corpus	= LIST("3", "3\n", "0 17", "15 1000\n", "7 10", "15 1000000",
			       "000000000000000000000003 000100", "03 001\n", "1", "14 2",
			       "16", "4294967295 1", "4294967296", "3 0", "3 1000001",
			       "0000000000000000000000000000003"),
		.words	= LIST(" ", "\n", "3", "15"),
		.state	= "/sys/kernel/debug/handler_table_test_debugfs/calls",
	}, {
		.pattern = "*/handler_table/test_[bh]*/stats",
		.weight	= 2,
		.costly	= 10,
		.judge	= judge_stats,
		.corpus	= LIST("0", "1", "0\n", "1\n", "01", "2", "4294967296"),
		.calm	= "0",
	}, {
		.pattern = "*/handler_table/*/stats",
		.weight	= 15,
		.costly	= 5,
		.judge	= judge_stats,
		.corpus	= LIST("0", "1", "0\n", "1\n", "01", "2", "4294967296",
			       "0000000000000000000000000000001"),
	}, {
		.pattern = "*/handler_table/test_[bh]*/slots",
		.weight	= 1,
		.judge	= judge_readonly,
	}, {
		.pattern = "*/handler_table/tables",
		.weight	= 2,
		.judge	= judge_readonly,
	}, {
		.pattern = "*/handler_table/stress",
		.weight	= 60,
		.costly	= 60,
		.judge	= judge_stress,
		.corpus	= LIST("readers=2 writers=1 seconds=1 contexts=task,softirq,hardirq",
			       "readers=64", "writers=16\n", "seconds=3600\treaders=0",
			       "contexts=task", "contexts=hardirq,task readers=1 writers=0",
			       "readers=65", "writers=17", "seconds=0", "seconds=3601",
			       "readers=4294967296", "contexts=task,task",
			       "readers=0 writers=0"),
		.words	= LIST("readers=", "writers=", "seconds=", "contexts=", "task", "softirq",
			       "hardirq", ",", " ", "\t", "\n", "=", "1"),
	}, {
		.pattern = "*/control_room/audit",
		.weight	= 15,
		.judge	= judge_choice,
		.corpus	= audits,
	}, {
		.pattern = "*/control_room/metrics",
		.weight	= 15,
		.judge	= judge_choice,
		.corpus	= metrics,
	}, {
		.pattern = "*/control_room/print",
		.weight	= 15,
		.judge	= judge_choice,
		.corpus	= prints,
	}, {
		.pattern = "*/control_room/running",
		.weight	= 15,
		.judge	= judge_running,
		.corpus	= LIST("0", "1", "0\n", "1\n"),
	}, {
		.pattern = "*/control_room/log",
		.weight	= 15,
		.judge	= judge_path,
		.corpus	= LIST("none", "none\n", "/tmp/fuzz.a", "/tmp/fuzz.b\n", "/tmp/fuzz.d/c",
			       "/tmp/fuzz.a/b", "/tmp/fuzz.", "fuzz", "/tmp/fuzz.\n"),
		.words	= LIST("/", "none", "/tmp/fuzz."),
	}, {
		/* A swap shows in these with the next record. */
		.pattern = "*/control_room/[cs]*",
		.weight	= 5,
		.judge	= judge_loosely,
		.corpus	= LIST("0", "1", "Y", "N"),
		.late	= true,
	}, {
		.pattern = "*/irq_table/raise",
		.weight	= 20,
		.judge	= judge_raise,
		.corpus	= LIST("32", "33\n", "33 1", "32 5\n", "+33 +2", "1024", "1023 0",
			       "33 1000001", "33 1000000"),
		.words	= LIST(" ", "33", "+", "\n"),
		.state	= "/sys/kernel/debug/irq_table/counters",
	}, {
		.pattern = "*/handler_table_test_debugfs/republish_*",
		.weight	= 5,
		.costly	= 100,
		.judge	= judge_setting,
		.corpus	= LIST("0", "1", "2\n", "18446744073709551615", "0x2"),
	}, {
		.pattern = "*/handler_table_test_debugfs/hold",
		.weight	= 5,
		.judge	= judge_loosely,
		.corpus	= LIST("Y", "N", "1\n", "0\n", "on", "off"),
		.calm	= "N",
	}, {
		.pattern = "*/handler_table_bench/run",
		.weight	= 3,
		.costly	= 100,
		.judge	= judge_bench,
		.corpus	= LIST("calls", "peers", "changes", "cpus", "latency", "sizes", "published",
			       "change swap 1", "change register 4000", "change x 1",
			       "change swap 4001"),
		.words	= LIST("change", "calls", "peers", "cpus", "latency", "sizes",
			       "published", "retpolines"),
	}, {
		.pattern = "/sys/module/control_room/parameters/*",
		.weight	= 5,
		.judge	= judge_setting,
		.corpus	= LIST("0", "1", "100\n", "1000", "4294967295", "4294967296"),
		.calm	= "100",
	}, {
		.pattern = "/sys/module/handler_table_test_stats/parameters/published",
		.weight	= 4,
		.costly	= 20,
		.judge	= judge_setting,
		.corpus	= LIST("0", "1", "Y", "N"),
		.calm	= "1",
	}, {
		/* Each starts threads. */
		.pattern = "/sys/module/handler_table_test_*/parameters/*",
		.weight	= 4,
		.costly	= 100,
		.judge	= judge_setting,
		.corpus	= LIST("0", "1", "Y", "N", "200\n", "4096", "4097", "4294967295"),
		.calm	= "0",
	}, {
		.pattern = "/sys/module/*",
		.weight	= 2,
		.costly	= 100,
		.judge	= judge_setting,
		.corpus	= LIST("0", "1", "Y", "N"),
	}, {
		.pattern = "*",
		.weight	= 5,
		.judge	= judge_loosely,
		.corpus	= LIST("0", "1", "Y", "N"),
	},
};

const struct format *format_of(const char *path)
{
	const struct format *format = formats;

	while (fnmatch(format->pattern, path, 0))
		format++;
	return format;
}

/* The calls of a handler, from a line "IDX CALLS" of @text. */
static long calls_of(const char *text, u32 idx)
{
	unsigned int i;
	int used;
	long n;

	while (sscanf(text, "%u %ld %n", &i, &n, &used) == 2) {
		if (i == idx)
			return n;
		text += used;
	}
	return 0;
}

static bool dispatched(const struct target *target, const char *data, size_t len,
		       const char *before, const char *after, bool interrupted)
{
	unsigned long idx, count = 1;
	char text[32] = "";
	unsigned int i;

	memcpy(text, data, len < sizeof(text) ? len : sizeof(text) - 1);
	if (sscanf(text, "%lu %lu", &idx, &count) < 1)
		return false;
	for (i = 0; i < target->nr_slots; i++) {
		long more = calls_of(after, i) - calls_of(before, i);

		if (i != idx && more)
			return false;
		if (i == idx && !interrupted && more != (long)count)
			return false;
		if (i == idx && interrupted && (more < 1 || more >= (long)count))
			return false;
	}
	return true;
}

static bool shows(const char *text, const char *key, unsigned long value)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %lu\n", key, value);
	return strstr(text, line);
}

static bool stressed(const char *data, size_t len, const char *after)
{
	unsigned long numbers[] = { 2, 1, 1 };
	char text[256] = "";
	char *word, *rest;
	unsigned int i;

	memcpy(text, data, len < sizeof(text) ? len : sizeof(text) - 1);
	for (word = strtok_r(text, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
		for (i = 0; i < 3; i++) {
			if (!strncmp(word, stress_numbers[i].key, 8))
				numbers[i] = strtoul(word + 8, NULL, 10);
		}
	}
	return shows(after, "readers", numbers[0]) && shows(after, "writers", numbers[1]) &&
	       shows(after, "seconds", numbers[2]) && strstr(after, "violations 0\n") &&
	       strstr(after, "books balanced\n");
}

static bool begins_with(const char *text, const char *data, size_t len)
{
	return strlen(text) >= len && !memcmp(text, data, len);
}

/* effect_is_right - of a write that was taken; @before and @after are of its state */
bool effect_is_right(const struct target *target, const struct input *input,
		     const char *before, const char *after, bool interrupted)
{
	const struct format *format = target->format;
	size_t len = without_newline(input->data, input->len);

	if (format->judge == judge_dispatch)
		return dispatched(target, input->data, input->len, before, after, interrupted);
	if (format->judge == judge_stats)
		return (input->data[len - 1] == '0') == !strcmp(after, "off\n");
	if (format->judge == judge_stress)
		return stressed(input->data, input->len, after);
	if (format->judge == judge_choice || format->judge == judge_running)
		return begins_with(after, input->data, len) && after[len] == '\n';
	return true;
}
