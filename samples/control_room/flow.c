// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: the ring between two threads
 *
 *	producer --> ring --> consumer --> control_room[audit](record)
 *					   control_room[metrics](record)
 *					   control_room[print](record)
 *					   room_log(record)
 *
 * A ring with one producer and one consumer needs no lock, see the kernel's
 * circular-buffers.rst; a kfifo would be one, too, but for the plain accesses to its
 * indices, which are data races. When it is full the producer waits, and when it is
 * empty the consumer does; nothing is ever dropped.
 *
 * Both threads stop between two records when they are parked. That is how the
 * books and the stream are read: at one moment, and exactly.
 */
#include <linux/hash.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include <asm/barrier.h>

#include "control_room.h"

#define RING_SIZE	128
/* The indices wrap around. */
static_assert(!(RING_SIZE & (RING_SIZE - 1)));

static unsigned int rate = 1000;
module_param(rate, uint, 0644);
MODULE_PARM_DESC(rate, "records per second (1000); 0: as many as possible");

struct room_counters room_counters;

/* Each index is written by one thread, and says how many it has been through with. */
static struct {
	struct room_record	records[RING_SIZE];
	unsigned int		in;	/* the producer's */
	unsigned int		out;	/* the consumer's */
} ring;

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

/* For the producer. */
static bool ring_is_full(void)
{
	/*
	 * What it overwrites has been read. Pairs with ring_get():
	 * ring-room-after-record.litmus
	 */
	return ring.in - smp_load_acquire(&ring.out) == RING_SIZE;
}

static bool ring_put(const struct room_record *rec)
{
	if (ring_is_full())
		return false;
	ring.records[ring.in % RING_SIZE] = *rec;
	/* Pairs with ring_is_empty(): ring-index-before-record.litmus */
	smp_store_release(&ring.in, ring.in + 1);
	return true;
}

/* For the consumer. */
static bool ring_is_empty(void)
{
	/* What it reads is all there: ring-index-before-record.litmus */
	return smp_load_acquire(&ring.in) == ring.out;
}

static bool ring_get(struct room_record *rec)
{
	if (ring_is_empty())
		return false;
	*rec = ring.records[ring.out % RING_SIZE];
	/* Pairs with ring_is_full(): ring-room-after-record.litmus */
	smp_store_release(&ring.out, ring.out + 1);
	return true;
}

static void produce_record(void)
{
	struct room_record rec = {
		.seq = room_counters.produced + 1,
		.value = (u8)(room_counters.produced + 1),
	};

	rec.check = room_check(&rec);
	if (ring_put(&rec))
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
		if (ring_is_full()) {
			room_counters.ring_full++;
			wait_event_idle(not_full, !ring_is_full() ||
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
		if (!ring_get(&rec)) {
			wait_event_idle(not_empty, !ring_is_empty() ||
					should_pause());
			continue;
		}
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
	return ring.in - ring.out;
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
