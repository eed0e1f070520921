// SPDX-License-Identifier: GPL-2.0-only
/*
 * send_packets: traffic on the loopback interface that adds up
 *
 *	send_packets [-t SECONDS] [-n COUNT] icmp|udp|tcp...
 *
 * Sends ICMP echo requests, UDP datagrams or TCP bytes to 127.0.0.1 as fast as
 * it can, each protocol in a process of its own, for SECONDS (default 5) or
 * until COUNT requests, datagrams or bytes of each have been sent, or SIGTERM
 * or SIGINT has come. At the end a line for each protocol:
 *
 *	icmp sent N received N
 *
 * For those who count packets elsewhere, it is the end that matters. No packet
 * is under way any more when this program exits:
 *
 *	ICMP	all echo replies are in, or none has come for a while
 *	UDP	all datagrams have been read, or none has come for a while (the
 *		kernel counts a datagram as received when it is read)
 *	TCP	both directions are closed, and the last acknowledgment is in
 *
 * Lost requests and datagrams are no error, but show in the numbers. To lose
 * few, and to block never, a sender reads back what it sends and waits when
 * WINDOW messages are under way. Every wait has an end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_SECONDS	5
#define MAX_SECONDS	86400
#define CONNECT_SECONDS	5
#define MAX_SENDERS	16
#define WINDOW		64	/* messages under way */
#define MAX_PAYLOAD	1024
#define POLL_MS		100	/* how late a signal may be noticed */
#define QUIET_MS	500	/* no answer for so long: it is lost */

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct sender - one protocol
 * @name: on the command line and in the output
 * @run: sends until should_stop() and returns when nothing is under way
 */
struct sender {
	const char *name;
	void (*run)(void);
};

/* Each process has its own. */
static const char *proto;
static unsigned int max_seconds = DEFAULT_SECONDS;
static unsigned long long max_sent = ULLONG_MAX;
static unsigned long long sent, received;
static bool stopped;		/* set by a signal */

static noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "send_packets: %s: %s: %s\n", proto, what, why);
	exit(EXIT_FAILURE);
}

static noreturn void die_errno(const char *what)
{
	die(what, strerror(errno));
}

static void on_signal(int sig)
{
	(void)sig;
	__atomic_store_n(&stopped, true, __ATOMIC_RELAXED);
}

/*
 * To be called when the sockets are set up: until then signals are blocked,
 * and lead to an empty run. The end of time is a signal too, so that there is
 * one flag to look at and no clock to read.
 */
static void begin_sending(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGALRM };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t mask;
	size_t i;

	sigemptyset(&mask);
	for (i = 0; i < ARRAY_SIZE(sigs); i++) {
		sigaction(sigs[i], &action, NULL);
		sigaddset(&mask, sigs[i]);
	}
	alarm(max_seconds);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
}

static bool should_stop(void)
{
	return __atomic_load_n(&stopped, __ATOMIC_RELAXED) || sent >= max_sent;
}

/* 1 to MAX_PAYLOAD bytes: powers of two, each after one byte less, in turn. */
static size_t next_length(void)
{
	static unsigned int turn;
	size_t length = (2u << turn / 2) - !(turn % 2);

	turn = length < MAX_PAYLOAD ? turn + 1 : 0;
	return length;
}

/* Returns false if nothing came within @ms; a signal is something too. */
static bool wait_for_any(struct pollfd *fds, nfds_t nr, int ms)
{
	int ret = poll(fds, nr, ms);

	if (ret < 0 && errno != EINTR)
		die_errno("poll");
	return ret;
}

static bool wait_for(int fd, short events, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	return wait_for_any(&pfd, 1, ms);
}

/* Returns 0 where the kernel only asks for patience. */
static size_t try_send(int fd, const void *buf, size_t length)
{
	ssize_t ret = send(fd, buf, length, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (ret >= 0)
		return ret;
	if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
		die_errno("send");
	return 0;
}

/* Returns -1 where there is nothing to read yet. */
static ssize_t try_receive(int fd, void *buf, size_t size)
{
	ssize_t ret = recv(fd, buf, size, MSG_DONTWAIT);

	if (ret < 0 && errno != EAGAIN && errno != EINTR)
		die_errno("recv");
	return ret;
}

static int open_socket(int type, int protocol)
{
	const struct timeval timeout = { .tv_sec = CONNECT_SECONDS };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		die_errno("socket");
	/* For connect() and accept(); all else does not block. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
		       sizeof(timeout)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		die_errno("setsockopt");
	return fd;
}

/* Returns the address that @fd is then bound to: a free port of loopback. */
static struct sockaddr_in bind_loopback(int fd)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(addr);

	if (bind(fd, (struct sockaddr *)&addr, length))
		die_errno("bind");
	if (getsockname(fd, (struct sockaddr *)&addr, &length))
		die_errno("getsockname");
	return addr;
}

static void connect_to(int fd, const struct sockaddr_in *addr)
{
	if (!connect(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		return;
	if (errno == EINPROGRESS)
		die("connect", "no answer, is lo up?");
	die_errno("connect");
}

/*
 * ICMP and UDP: messages
 *
 * send_one() sends one and returns false if it could not; receive_one() counts
 * one that came back and returns false if there was nothing to read.
 */
struct messenger {
	bool (*send_one)(int fd);
	bool (*receive_one)(int fd);
};

static void receive_all(int fd, const struct messenger *messenger)
{
	while (messenger->receive_one(fd))
		;
}

/* Returns false if nothing came back for QUIET_MS: it never will. */
static bool receive_some(int fd, const struct messenger *messenger)
{
	unsigned long long before = received;
	int ms;

	for (ms = 0; ms < QUIET_MS && received == before; ms += POLL_MS) {
		wait_for(fd, POLLIN, POLL_MS);
		receive_all(fd, messenger);
	}
	return received != before;
}

static void exchange_messages(int fd, const struct messenger *messenger)
{
	unsigned long long lost = 0;

	while (!should_stop()) {
		if (!messenger->send_one(fd))
			wait_for(fd, POLLOUT | POLLIN, POLL_MS);
		receive_all(fd, messenger);
		if (sent - received >= WINDOW + lost &&
		    !receive_some(fd, messenger))
			lost = sent - received;
	}
	while (received < sent && receive_some(fd, messenger))
		;
	if (sent && !received)
		die("nothing came back", "is lo up?");
}

static bool send_echo_request(int fd)
{
	static unsigned char packet[sizeof(struct icmphdr) + MAX_PAYLOAD];
	struct icmphdr header = {
		.type = ICMP_ECHO,
		.un.echo.id = htons(getpid()),
		.un.echo.sequence = htons(sent),
	};
	/* All else is zero: the checksum is that of these three words. */
	unsigned int sum = htons(ICMP_ECHO << 8) + header.un.echo.id +
		       header.un.echo.sequence;

	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	header.checksum = ~sum;
	memcpy(packet, &header, sizeof(header));

	if (!try_send(fd, packet, sizeof(header) + next_length()))
		return false;
	sent++;
	return true;
}

/* A raw socket gets a copy of everybody's replies, with the IP header. */
static bool receive_echo_reply(int fd)
{
	unsigned char packet[60 + sizeof(struct icmphdr)];
	ssize_t length = try_receive(fd, packet, sizeof(packet));
	struct icmphdr header;
	size_t offset;

	if (length < 0)
		return false;
	if (length < 20)
		return true;
	offset = (packet[0] & 0xf) * 4;
	if (offset + sizeof(header) > (size_t)length)
		return true;
	memcpy(&header, packet + offset, sizeof(header));
	if (header.un.echo.id == htons(getpid()))
		received++;
	return true;
}

static void run_icmp(void)
{
	static const struct messenger echo = {
		.send_one = send_echo_request,
		.receive_one = receive_echo_reply,
	};
	struct icmp_filter replies_only = { .data = ~(1u << ICMP_ECHOREPLY) };
	int fd = open_socket(SOCK_RAW, IPPROTO_ICMP);
	struct sockaddr_in addr = bind_loopback(fd);

	if (setsockopt(fd, SOL_RAW, ICMP_FILTER, &replies_only,
		       sizeof(replies_only)))
		die_errno("ICMP_FILTER");
	connect_to(fd, &addr);
	begin_sending();
	exchange_messages(fd, &echo);
	close(fd);
}

static bool send_datagram(int fd)
{
	static const unsigned char payload[MAX_PAYLOAD];

	if (!try_send(fd, payload, next_length()))
		return false;
	sent++;
	return true;
}

static bool receive_datagram(int fd)
{
	unsigned char payload[MAX_PAYLOAD];

	if (try_receive(fd, payload, sizeof(payload)) < 0)
		return false;
	received++;
	return true;
}

/* The socket is connected to itself, so nobody else can send to it. */
static void run_udp(void)
{
	static const struct messenger datagram = {
		.send_one = send_datagram,
		.receive_one = receive_datagram,
	};
	int fd = open_socket(SOCK_DGRAM, 0);
	struct sockaddr_in addr = bind_loopback(fd);

	connect_to(fd, &addr);
	begin_sending();
	exchange_messages(fd, &datagram);
	close(fd);
}

/*
 * TCP: a connection between two sockets of this process
 */
static void tcp_pair(int *out, int *in)
{
	int listener = open_socket(SOCK_STREAM, 0);
	struct sockaddr_in addr = bind_loopback(listener);
	int one = 1;

	if (listen(listener, 1))
		die_errno("listen");
	*out = open_socket(SOCK_STREAM, 0);
	connect_to(*out, &addr);
	*in = accept(listener, NULL, NULL);
	if (*in < 0)
		die_errno("accept");
	close(listener);

	/* Many small packets, rather than few large ones. */
	if (setsockopt(*out, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		die_errno("TCP_NODELAY");
}

static void tcp_wait(int out, int in)
{
	struct pollfd fds[] = {
		{ .fd = out, .events = POLLOUT },
		{ .fd = in, .events = POLLIN },
	};

	wait_for_any(fds, ARRAY_SIZE(fds), POLL_MS);
}

/* Returns false at the end of the stream. */
static bool tcp_receive(int fd)
{
	unsigned char buf[4 * MAX_PAYLOAD];
	ssize_t length;

	do {
		length = try_receive(fd, buf, sizeof(buf));
		if (length > 0)
			received += length;
	} while (length > 0);
	return length;
}

static void tcp_receive_to_end(int fd)
{
	while (tcp_receive(fd)) {
		if (!wait_for(fd, POLLIN, 10 * QUIET_MS))
			die("recv", "the connection hangs");
	}
}

/* The last packet is the acknowledgment of the passive side's FIN. */
static void tcp_wait_closed(int fd)
{
	struct tcp_info info;
	socklen_t length;
	int ms;

	for (ms = 0; ms < 10 * QUIET_MS; ms++) {
		length = sizeof(info);
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length))
			die_errno("TCP_INFO");
		if (info.tcpi_state == TCP_CLOSE)
			return;
		usleep(1000);
	}
	die("close", "no last acknowledgment");
}

static void tcp_shutdown(int fd)
{
	if (shutdown(fd, SHUT_WR))
		die_errno("shutdown");
}

static void run_tcp(void)
{
	static const unsigned char payload[MAX_PAYLOAD];
	size_t length, done;
	int out, in;

	tcp_pair(&out, &in);
	begin_sending();
	while (!should_stop()) {
		length = next_length();
		if (length > max_sent - sent)
			length = max_sent - sent;
		done = try_send(out, payload, length);
		sent += done;
		tcp_receive(in);
		if (!done)
			tcp_wait(out, in);
	}
	tcp_shutdown(out);
	tcp_receive_to_end(in);
	tcp_shutdown(in);
	tcp_receive_to_end(out);
	tcp_wait_closed(in);
	close(in);
	close(out);
}

/*
 * Processes
 */
static const struct sender senders[] = {
	{ "icmp", run_icmp },
	{ "udp", run_udp },
	{ "tcp", run_tcp },
};

static const struct sender *find_sender(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(senders); i++) {
		if (!strcmp(senders[i].name, name))
			return &senders[i];
	}
	return NULL;
}

static noreturn void be_sender(const struct sender *sender)
{
	proto = sender->name;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sender->run();
	printf("%s sent %llu received %llu\n", proto, sent, received);
	if (fflush(stdout))
		die_errno("stdout");
	exit(EXIT_SUCCESS);
}

static void signal_all(const pid_t *pids, int nr, int sig)
{
	int i;

	for (i = 0; i < nr; i++) {
		if (pids[i])
			kill(pids[i], sig);
	}
}

/* Forgets those that have ended, returns how many did not end well. */
static int reap_senders(pid_t *pids, int nr, int *running)
{
	int i, status, failed = 0;

	for (i = 0; i < nr; i++) {
		if (!pids[i] || waitpid(pids[i], &status, WNOHANG) != pids[i])
			continue;
		pids[i] = 0;
		(*running)--;
		if (status)
			failed++;
		if (WIFSIGNALED(status))
			fprintf(stderr, "send_packets: a sender died: %s\n",
				strsignal(WTERMSIG(status)));
	}
	return failed;
}

/*
 * @mask is blocked, so no signal is missed between two waits. Returns how many
 * senders did not end well.
 */
static int supervise_senders(pid_t *pids, int nr, const sigset_t *mask)
{
	int running = nr, failed = 0, sig;

	while (running) {
		sig = sigwaitinfo(mask, NULL);
		if (sig == SIGCHLD)
			failed += reap_senders(pids, nr, &running);
		else if (sig > 0)
			signal_all(pids, nr, SIGTERM);
	}
	return failed;
}

static unsigned long long parse_number(const char *s, unsigned long long max)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || errno || !n || n > max) {
		fprintf(stderr, "send_packets: '%s' is not from 1 to %llu\n",
			s, max);
		exit(2);
	}
	return n;
}

static noreturn void bad_usage(void)
{
	fputs("usage: send_packets [-t SECONDS] [-n COUNT] icmp|udp|tcp...\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	pid_t pids[MAX_SENDERS];
	sigset_t mask;
	int opt, i, nr;

	while ((opt = getopt(argc, argv, "t:n:")) != -1) {
		if (opt == 't')
			max_seconds = parse_number(optarg, MAX_SECONDS);
		else if (opt == 'n')
			max_sent = parse_number(optarg, ULLONG_MAX);
		else
			bad_usage();
	}
	argv += optind;
	nr = argc - optind;
	if (nr < 1 || nr > MAX_SENDERS)
		bad_usage();
	for (i = 0; i < nr; i++) {
		if (!find_sender(argv[i]))
			bad_usage();
	}

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);

	for (i = 0; i < nr; i++) {
		pids[i] = fork();
		if (!pids[i])
			be_sender(find_sender(argv[i]));
		if (pids[i] < 0) {
			perror("send_packets: fork");
			signal_all(pids, i, SIGTERM);
			break;
		}
	}
	if (supervise_senders(pids, i, &mask) || i < nr)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
