/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _FUZZ_H
#define _FUZZ_H

/*
 * fuzz: random input for the files that operators write and read
 *
 *	fuzz.c		finds the files, gives them the inputs, and judges
 *	fuzz_input.c	makes input number N of a seed
 *	fuzz_model.c	what a file has to make of what is written to it
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>

typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PATH_SIZE	256
#define MAX_DATA	16384
#define MAX_TARGETS	512

enum op { OP_WRITE, OP_READ, OP_MISC, OP_LOAD, NR_OPS };

/* How it is written, or read. */
enum how {
	PLAIN,
	AT_OFFSET,	/* pwrite(), pread() */
	AFTER_SEEK,
	APPENDED,	/* O_APPEND */
	IN_VECTOR,	/* writev() */
	FROM_PIPE,	/* splice() */
	UNMAPPED,	/* no memory there */
	HALF_MAPPED,	/* the memory ends in the middle */
	NR_HOWS,
};

struct input {
	enum op		op;
	enum how	how;
	unsigned int	target;
	u32	detail;		/* sizes, flags */
	s64		offset;
	size_t		len;
	char		data[MAX_DATA];
};

enum outcome { REFUSED, ACCEPTED, EITHER };

#define MAX_ERRORS	12

/*
 * What may come of a write. An accepted one can have been cut short by a signal
 * where @long_running says so, and then fails with EINTR.
 */
struct verdict {
	enum outcome	outcome;
	bool		long_running;
	unsigned int	nr_errors;
	int		errors[MAX_ERRORS];
};

struct target;

/*
 * struct format - what a kind of file is about
 * @pattern: of the paths, for fnmatch()
 * @weight: how often it is chosen, compared to others
 * @costly: of so many inputs that it would take, it is given one; 0: all
 * @judge: what may come of a write
 * @corpus: what it takes, and what it nearly takes; to be varied
 * @words: what can be anywhere in an input
 * @state: another file that shows what a write has changed
 * @calm: is written after each write that was taken
 * @late: what was done before may show only now
 */
struct format {
	const char		*pattern;
	unsigned int		weight;
	unsigned int		costly;
	void			(*judge)(const struct target *target, const char *data,
					 size_t len, struct verdict *v);
	const char * const	*corpus;
	const char * const	*words;
	const char		*state;
	const char		*calm;
	bool			late;
};

/*
 * struct target - a file, or a module that has parameters
 * @params: of a module, "name:type" each
 * @slots, @nr_slots: of a table whose handlers can be dispatched, which are occupied
 */
struct target {
	char			path[PATH_SIZE];
	bool			is_module;
	bool			readable;
	bool			writable;
	const struct format	*format;
	char			params[16][64];
	unsigned int		nr_params;
	unsigned int		nr_slots;
	bool			*slots;
};

extern struct target targets[MAX_TARGETS];
extern unsigned int nr_targets;

const struct format *format_of(const char *path);
void judge_write(const struct target *target, const char *data, size_t len,
		 struct verdict *v);
bool may_fail(const struct verdict *v, int error);
bool effect_is_right(const struct target *target, const struct input *input,
		     const char *before, const char *after, bool interrupted);

void make_input(u64 seed, u64 n, struct input *input);

#endif /* _FUZZ_H */
