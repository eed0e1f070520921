// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: the latest records, and where handlers changed
 *
 * The consumer notes each record after it was dispatched. Where its stamps
 * differ from those of the record before, a slot was switched in between: that
 * record is the first that the new handler saw. Swaps are remembered longer
 * than records.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "control_room.h"

/* Powers of two: what is divided by them has 64 bits. */
#define NR_RECORDS	256
#define NR_SWAPS	1024

struct swap {
	u64	first_seq;
	u8	slot;
	u8	from;
	u8	to;
};

static struct room_record records[NR_RECORDS];
static u64 nr_records;
static struct swap swaps[NR_SWAPS];
static u64 nr_swaps;
static u8 by[ROOM_SLOTS];

static void note_swaps(const struct room_record *rec)
{
	unsigned int slot;

	for (slot = 0; slot < ROOM_SLOTS; slot++) {
		if (rec->by[slot] == by[slot])
			continue;
		swaps[nr_swaps++ % NR_SWAPS] = (struct swap) {
			.first_seq = rec->seq,
			.slot = slot,
			.from = by[slot],
			.to = rec->by[slot],
		};
		by[slot] = rec->by[slot];
	}
}

void room_stream_add(const struct room_record *rec)
{
	note_swaps(rec);
	records[nr_records++ % NR_RECORDS] = *rec;
}

static void show_record(struct seq_file *m, const struct room_record *rec)
{
	unsigned int slot;

	seq_printf(m, "%llu %u", rec->seq, rec->value);
	for (slot = 0; slot < ROOM_SLOTS; slot++)
		seq_printf(m, " %s=%s", room_slot_name(slot),
			   room_handler_name(slot, rec->by[slot]));
	seq_printf(m, "%s%s\n", *rec->text ? " " : "", rec->text);
}

/* Oldest first; the caller holds the room, as below. */
void room_print_stream(struct seq_file *m)
{
	u64 i = nr_records - min_t(u64, nr_records, NR_RECORDS);

	for (; i < nr_records; i++)
		show_record(m, &records[i % NR_RECORDS]);
}

void room_print_swaps(struct seq_file *m)
{
	u64 i = nr_swaps - min_t(u64, nr_swaps, NR_SWAPS);
	const struct swap *swap;

	for (; i < nr_swaps; i++) {
		swap = &swaps[i % NR_SWAPS];
		seq_printf(m, "%llu %s %s %s\n", swap->first_seq,
			   room_slot_name(swap->slot),
			   room_handler_name(swap->slot, swap->from),
			   room_handler_name(swap->slot, swap->to));
	}
}
