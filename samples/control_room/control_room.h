/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CONTROL_ROOM_H
#define _CONTROL_ROOM_H

/*
 * control_room: what its files share
 *
 *	flow.c		the ring, its producer and its consumer
 *	handlers.c	what can be done with a record, the sinks for it, and
 *			switching them
 *	log.c		a file with all records, written by a handler that sleeps
 *	stream.c	what was done with the latest records
 *	main.c		the files in debugfs, loading and unloading
 *
 * Each datum is written by one thread, the producer or the consumer, and read
 * by others only between room_hold() and room_release(), when both threads
 * stand still, or after room_close(). So nothing here is atomic or locked, but
 * for the indices of the ring, the handlers with their sinks, which the table
 * keeps in order, and the list of all sinks.
 */
#include <linux/handler_table_typed.h>
#include <linux/types.h>

struct seq_file;

/* The slots of the table: what is done with each record. */
enum room_slot {
	ROOM_AUDIT,
	ROOM_METRICS,
	ROOM_PRINT,
	ROOM_SLOTS,
};

/* The handlers of a slot have numbers; 0 is none. */
#define ROOM_CHOICES	3

/**
 * struct room_record - what flows
 * @seq: number of the record, from 1 without a gap
 * @value: the payload
 * @check: depends on @seq and @value, see room_check()
 * @by: per slot, the number of the handler that handled the record
 * @text: what a print handler made of @value
 */
struct room_record {
	u64	seq;
	u32	value;
	u32	check;
	u8	by[ROOM_SLOTS];
	char	text[13];
};

/**
 * struct room_handler - what is in a slot, embedded in the sink
 * @handle: does something with a record, and writes to the sink
 * @name: which handler this is; the string stays
 */
struct room_handler {
	void (*handle)(struct room_handler *handler, struct room_record *rec);
	const char *(*name)(struct room_handler *handler);
};

DECLARE_BOUND_HANDLER_TABLE(control_room, struct room_handler);

/**
 * struct room_counters - the books of the stream
 * @produced: records put into the ring; the producer's, as @ring_full
 * @ring_full: how often the producer had to wait for the consumer
 * @consumed: records taken out; the consumer's, as all that follows
 * @out_of_order: records that did not follow on the one before
 * @unhandled: per slot, those that nobody handled
 * @logged: those that were written to a file
 * @not_logged: those that were not, as there was none
 * @log_failures: those that could not be
 * @twice: records that were handled in a slot before
 * @late: calls of a handler after it had been removed and waited for
 *
 * As wide as a record's number, on 32-bit machines too. These write a u64 in
 * two halves, which nobody can see: see above for who reads.
 */
struct room_counters {
	u64	produced;
	u64	ring_full;

	u64	consumed;
	u64	out_of_order;
	u64	unhandled[ROOM_SLOTS];
	u64	logged;
	u64	not_logged;
	u64	log_failures;
	u64	twice;
	u64	late;
};

/**
 * struct room_books - what was written to sinks, those that are closed included
 * @handled: records, per slot and handler
 * @audit_failures: records that are not what the producer made
 * @sum: of the values, as the metrics handler "sum" saw them
 */
struct room_books {
	u64	handled[ROOM_SLOTS][ROOM_CHOICES];
	u64	audit_failures;
	u64	sum;
};

extern struct room_counters room_counters;

/* flow.c */
u32 room_check(const struct room_record *rec);
int room_open(void);
void room_close(void);
void room_hold(void);
void room_release(void);
bool room_is_running(void);
void room_set_running(bool run);
unsigned int room_in_ring(void);

/* handlers.c */
const char *room_slot_name(unsigned int slot);
const char *room_handler_name(unsigned int slot, unsigned int choice);
const char *room_current_name(unsigned int slot);
int room_switch(unsigned int slot, const char *name);
void room_switch_all_off(void);
void room_read_books(struct room_books *books);
void room_print_sinks(struct seq_file *m);

/* log.c */
void room_log_record(const struct room_record *rec);
void room_log_show(struct seq_file *m);
int room_log_to(const char *path);

/* stream.c */
void room_stream_add(const struct room_record *rec);
void room_print_stream(struct seq_file *m);
void room_print_swaps(struct seq_file *m);

#endif /* _CONTROL_ROOM_H */
