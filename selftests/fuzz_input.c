// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: makes input number N of a seed
 *
 * It depends on these two and on which targets there are, on nothing else: so it can be
 * made again without those before it.
 *
 * Most of what is written is nearly right, as what is random is refused by the first
 * comparison. What would be taken and takes long is seldom left as it is, and what could
 * harm the machine never is.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static u64 state;

/* splitmix64 */
static u64 any(void)
{
	u64 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static u64 below(u64 n)
{
	return any() % n;
}

static bool one_in(unsigned int n)
{
	return !below(n);
}

static void add(struct input *input, const char *data, size_t len)
{
	if (len > MAX_DATA - input->len)
		len = MAX_DATA - input->len;
	memcpy(input->data + input->len, data, len);
	input->len += len;
}

static void add_text(struct input *input, const char *text)
{
	add(input, text, strlen(text));
}

static void add_repeated(struct input *input, char c, size_t nr)
{
	while (nr--)
		add(input, &c, 1);
}

static unsigned int nr_of(const char * const *list)
{
	unsigned int nr = 0;

	while (list && list[nr])
		nr++;
	return nr;
}

static void add_one_of(struct input *input, const char * const *list)
{
	unsigned int nr = nr_of(list);

	if (nr)
		add_text(input, list[below(nr)]);
}

/* Around all limits that there are. */
static const u64 edges[] = {
	0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1000, 1023,
	1024, 3600, 3601, 4095, 4096, 4097, 65535, 65536, 65537, 1000000, 1000001, 1048575,
	1048576, INT32_MAX, 1ULL << 31, UINT32_MAX, 1ULL << 32, (1ULL << 32) + 3, INT64_MAX,
	1ULL << 63, UINT64_MAX,
};

static void add_number(struct input *input)
{
	static const char * const forms[] = { "%llu", "%llu", "%llu", "%llu", "%llu", "0x%llx",
					      "0%llo", "+%llu", "-%llu", "%lld", "%020llu",
					      "%031llu", "%llu.0", "%llue1", "%lluk" };
	unsigned long long n = one_in(3) ? any() >> below(64) : edges[below(ARRAY_SIZE(edges))];
	char text[64];

	if (one_in(40)) {
		add_text(input, "18446744073709551616");
		return;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), forms[below(ARRAY_SIZE(forms))], n);
#pragma GCC diagnostic pop
	add_text(input, text);
}

static void add_blank(struct input *input)
{
	static const char blanks[] = "\n\n\t\r\v\0=,:   ";

	add(input, &blanks[below(sizeof(blanks) - 1)], 1);
}

/* Words of the file's own, numbers and blanks. */
static void add_sentence(struct input *input, const struct format *format)
{
	unsigned int nr = 1 + below(6);

	while (nr--) {
		switch (below(nr_of(format->words) ? 5 : 2)) {
		case 0:
			add_number(input);
			break;
		case 1:
			add_blank(input);
			break;
		default:
			add_one_of(input, format->words);
		}
	}
}

/* Around the size of a buffer, or of a page. */
static size_t some_length(void)
{
	static const size_t lengths[] = { 15, 16, 31, 32, 33, 34, 35, 63, 64, 255, 256, 257, 1023,
					  1024, 4094, 4095, 4096, 4097, 8192, MAX_DATA };

	return one_in(4) ? below(300) : lengths[below(ARRAY_SIZE(lengths))];
}

static void add_long(struct input *input, const struct format *format)
{
	static const char fillers[] = "0\n \t1x=,";
	size_t len = some_length();
	bool before = one_in(2);

	if (!before)
		add_one_of(input, format->corpus);
	if (len > input->len)
		add_repeated(input, fillers[below(sizeof(fillers))], len - input->len);
	if (before) {
		if (input->len > 1 && one_in(2))
			input->len--;
		add_one_of(input, format->corpus);
	}
}

static void cut(struct input *input, size_t at, size_t len)
{
	memmove(input->data + at, input->data + at + len, input->len - at - len);
	input->len -= len;
}

static void put(struct input *input, size_t at, const char *data, size_t len)
{
	if (input->len + len > MAX_DATA)
		return;
	memmove(input->data + at + len, input->data + at, input->len - at);
	memcpy(input->data + at, data, len);
	input->len += len;
}

static void mutate(struct input *input, const struct format *format)
{
	size_t at = below(input->len + 1);
	struct input other = { .len = 0 };
	char c = any();

	switch (below(8)) {
	case 0:
		if (at < input->len)
			input->data[at] ^= 1 << below(8);
		return;
	case 1:
		if (at < input->len)
			cut(input, at, 1 + below(input->len - at));
		return;
	case 2:
		put(input, at, &c, 1);
		return;
	case 3:
		add_blank(&other);
		break;
	case 4:
		add_number(&other);
		break;
	case 5:
		add_one_of(&other, format->corpus);
		break;
	case 6:
		add(&other, input->data, input->len < 64 ? input->len : 64);
		break;
	default:
		add_one_of(&other, format->words);
	}
	put(input, at, other.data, other.len);
}

/*
 * What it would do is not for here: to write to files elsewhere, and to patch the kernel
 * while others run it, which not every emulator sees.
 */
static bool is_harmful(const struct target *target, const struct input *input)
{
	const char *data = input->data;
	size_t len = input->len;

	if (strstr(target->path, "/control_room/log"))
		return len && *data == '/' &&
		       (len < 10 || memcmp(data, "/tmp/fuzz.", 10) || memmem(data, len, "/..", 3));
	if (strstr(target->path, "/handler_table_bench/run"))
		return memmem(data, len, "changes", 7) || memmem(data, len, "static", 6) ||
		       memmem(data, len, "trace", 5) || memmem(data, len, "peers", 5);
	return false;
}

static bool is_dear(const struct target *target, const struct input *input)
{
	struct verdict v;

	if (!target->writable || !target->format->costly || one_in(target->format->costly))
		return false;
	judge_write(target, input->data, input->len, &v);
	return v.outcome != REFUSED;
}

static void make_data(const struct target *target, struct input *input)
{
	const struct format *format = target->format;
	unsigned int mutations = 0;

	switch (below(10)) {
	case 0:
	case 1:
		add_one_of(input, format->corpus);
		break;
	case 2:
	case 3:
		add_sentence(input, format);
		break;
	case 4:
		add_number(input);
		break;
	case 5:
		if (one_in(2))
			add_long(input, format);
		break;
	default:
		add_one_of(input, format->corpus);
		mutations = 1 + below(3);
	}
	while (mutations--)
		mutate(input, format);
	if (is_harmful(target, input) || is_dear(target, input))
		put(input, 0, "x", 1);
}

static void add_value(struct input *input)
{
	static const char * const values[] = { "Y", "N", "y", "maybe", "1", "0", "all", "plain",
					       "", "1,6,17", "255,256", "a b", "\"a b\"", "%s%n" };
	size_t len;

	switch (below(5)) {
	case 0:
	case 1:
		add_number(input);
		break;
	case 2:
		len = some_length();
		add_repeated(input, "x1,"[below(3)], len < 5000 ? len : 5000);
		break;
	default:
		add_text(input, values[below(ARRAY_SIZE(values))]);
	}
}

/* Small, so that it costs little where it is taken. */
static void add_plain_value(struct input *input, const char *type)
{
	static const char * const small[] = { "0", "1", "2", "5" };

	if (!strcmp(type, "charp"))
		add_text(input, "all");
	else
		add_text(input, small[below(ARRAY_SIZE(small))]);
}

/* NAME=VALUE of a module's parameters, one of them fuzzed, or none of it right. */
static void make_params(const struct target *target, struct input *input)
{
	unsigned int nr = 1 + below(3);

	while (nr--) {
		const char *param = target->params[below(target->nr_params)];
		const char *colon = strchr(param, ':');

		if (one_in(12))
			add_text(input, "no_such_parameter");
		else
			add(input, param, colon - param);
		if (!one_in(20))
			add_text(input, "=");
		if (one_in(3))
			add_plain_value(input, colon + 1);
		else
			add_value(input);
		add_text(input, " ");
	}
	/* A string for the kernel. */
	input->data[input->len < MAX_DATA ? input->len : MAX_DATA - 1] = '\0';
	input->len = strlen(input->data);
}

static s64 some_offset(void)
{
	static const s64 offsets[] = { 0, 1, 2, 7, 100, 4095, 4096, 4097, 65536, INT_MAX,
					   UINT_MAX, 1LL << 32, 1LL << 40, INT64_MAX - 4096,
					   INT64_MAX, -1, INT64_MIN };

	return one_in(2) ? (s64)below(2000) : offsets[below(ARRAY_SIZE(offsets))];
}

static unsigned int choose(bool modules)
{
	unsigned int i, sum = 0;

	for (i = 0; i < nr_targets; i++)
		sum += targets[i].is_module == modules ? targets[i].format->weight : 0;
	sum = below(sum);
	for (i = 0; i < nr_targets; i++) {
		unsigned int weight = targets[i].is_module == modules ?
				      targets[i].format->weight : 0;

		if (sum < weight)
			break;
		sum -= weight;
	}
	return i;
}

static enum op choose_op(const struct target *target)
{
	unsigned int n = below(20);

	if (target->is_module)
		return OP_LOAD;
	if (n < (target->writable ? 15 : 3))
		return OP_WRITE;
	return n < 18 ? OP_READ : OP_MISC;
}

static bool have_modules(void)
{
	unsigned int i;

	for (i = 0; i < nr_targets; i++) {
		if (targets[i].is_module)
			return true;
	}
	return false;
}

/* Loading one takes as long as hundreds of others. */
#define LOADS	250

void make_input(u64 seed, u64 n, struct input *input)
{
	const struct target *target;

	state = seed;
	state = any() ^ n;
	any();
	input->len = 0;
	input->target = choose(have_modules() && one_in(LOADS));
	target = &targets[input->target];
	input->op = choose_op(target);
	input->how = one_in(2) ? PLAIN : below(NR_HOWS);
	input->detail = any();
	input->offset = some_offset();
	if (input->op == OP_LOAD)
		make_params(target, input);
	else if (input->op == OP_WRITE)
		make_data(target, input);
}
