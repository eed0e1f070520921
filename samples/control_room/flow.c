// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: the ring between two threads
 *
 *	producer --> kfifo --> consumer --> control_room[audit](record)
 *					    control_room[metrics](record)
 *					    control_room[print](record)
 *					    room_log(record)
 *
 * A kfifo with one producer and one consumer needs no lock. When it is full
 * the producer waits, and when it is empty the consumer does; nothing is ever
 * dropped.
 *
 * Both threads stop between two records when they are parked. That is how the
 * books and the stream are read: at one moment, and exactly.
 */
#include <linux/hash.h>
#include <linux/hrtimer.h>
#include <linux/kfifo.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "control_room.h"

#define RING_SIZE	128

static unsigned int rate = 1000;
module_param(rate, uint, 0644);
MODULE_PARM_DESC(rate, "records per second (1000); 0: as many as possible");

struct room_counters room_counters;

static DEFINE_KFIFO(ring, struct room_record, RING_SIZE);
static DECLARE_WAIT_QUEUE_HEAD(not_full);
static DECLARE_WAIT_QUEUE_HEAD(not_empty);
static struct task_struct *producer, *consumer;

/* Guards running, and the threads' being parked, which it says. */
static DEFINE_MUTEX(room_lock);
static bool running = true;

u32 room_check(const struct room_record *rec)
{
	return hash_32((u32)rec->seq ^ rec->value, 32);
}

static bool should_pause(void)
{
	return kthread_should_stop() || kthread_should_park();
}

/* The barrier within is for the thread that is about to sleep. */
static void wake_waiter(struct wait_queue_head *queue)
{
	if (wq_has_sleeper(queue))
		wake_up(queue);
}

static void produce_record(void)
{
	struct room_record rec = {
		.seq = room_counters.produced + 1,
		.value = (u8)(room_counters.produced + 1),
	};

	rec.check = room_check(&rec);
	if (kfifo_put(&ring, rec))
		room_counters.produced++;
	wake_waiter(&not_empty);
}

/*
 * After every record, or after every millisecond's worth of them; in a way
 * that kthread_stop() and kthread_park() can cut short.
 */
static void pace_producer(void)
{
	static unsigned int since_nap;
	unsigned int r = READ_ONCE(rate);
	ktime_t nap;

	cond_resched();
	if (!r || ++since_nap < r / 1000)
		return;
	since_nap = 0;
	nap = ns_to_ktime(NSEC_PER_SEC / min(r, 1000U));
	set_current_state(TASK_IDLE);
	if (!should_pause())
		schedule_hrtimeout(&nap, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
}

static int producer_fn(void *unused)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		if (kfifo_is_full(&ring)) {
			room_counters.ring_full++;
			wait_event_idle(not_full, !kfifo_is_full(&ring) ||
					should_pause());
			continue;
		}
		produce_record();
		pace_producer();
	}
	return 0;
}

static void consume_record(struct room_record *rec)
{
	unsigned int slot;

	/* Nothing was lost on the way, and nothing came twice. */
	if (rec->seq != room_counters.consumed + 1)
		room_counters.out_of_order++;
	room_counters.consumed++;

	for (slot = 0; slot < ROOM_SLOTS; slot++) {
		if (!handler_table_dispatch_bound_void(&control_room, slot,
						       handle, rec))
			room_counters.unhandled[slot]++;
	}
	room_log_record(rec);
	room_stream_add(rec);
}

static int consumer_fn(void *unused)
{
	struct room_record rec;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		if (kfifo_is_empty(&ring)) {
			wait_event_idle(not_empty, !kfifo_is_empty(&ring) ||
					should_pause());
			continue;
		}
		/*
		 * Pairs with the smp_wmb() of kfifo_put(). kfifo_get() does not
		 * order its loads: first the index, then the record. See
		 * ring-index-before-record.litmus.
		 */
		smp_rmb();
		if (!kfifo_get(&ring, &rec))
			continue;
		wake_waiter(&not_full);
		consume_record(&rec);
		cond_resched();
	}
	return 0;
}

static void park_threads(void)
{
	kthread_park(producer);
	kthread_park(consumer);
}

static void unpark_threads(void)
{
	kthread_unpark(consumer);
	kthread_unpark(producer);
}

/* On return both threads stand still, each between two records. */
void room_hold(void)
{
	mutex_lock(&room_lock);
	if (running)
		park_threads();
}

void room_release(void)
{
	if (running)
		unpark_threads();
	mutex_unlock(&room_lock);
}

bool room_is_running(void)
{
	return READ_ONCE(running);
}

void room_set_running(bool run)
{
	room_hold();
	WRITE_ONCE(running, run);
	room_release();
}

unsigned int room_in_ring(void)
{
	return kfifo_len(&ring);
}

int room_open(void)
{
	consumer = kthread_run(consumer_fn, NULL, "room-consumer");
	if (IS_ERR(consumer))
		return PTR_ERR(consumer);
	producer = kthread_run(producer_fn, NULL, "room-producer");
	if (IS_ERR(producer)) {
		kthread_stop(consumer);
		return PTR_ERR(producer);
	}
	return 0;
}

/* Parked or not. */
void room_close(void)
{
	kthread_stop(producer);
	kthread_stop(consumer);
}
