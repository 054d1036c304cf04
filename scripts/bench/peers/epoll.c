/*
 * A peer: what the kernel allows. One thread, epoll, and one writev for each
 * client and round: all that a round has read is kept side by side, and each
 * client gets it without what it has said itself. Bytes that the kernel does
 * not take are kept for the client, 8 MiB at most.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EVENTS = 1024, CHUNK = 64 * 1024, PIECES = 512 };
static const size_t MAX_LINE = 1024 * 1024, MAX_PENDING = 8 * 1024 * 1024;

struct bytes {
  char *at;
  size_t length, room;
};

struct client {
  int fd, place, gone, waits;
  struct bytes tail, pending;
};

/* Lines of one client, in the round's bytes. */
struct piece {
  struct client *sender;
  size_t from, to;
};

static struct client **clients;
static int online, places, poll_fd;
static struct bytes said;
static struct piece pieces[PIECES];
static int spoken;

static void append(struct bytes *bytes, const char *from, size_t length) {
  if (bytes->length + length > bytes->room) {
    bytes->room = 2 * (bytes->length + length);
    bytes->at = realloc(bytes->at, bytes->room);
    if (!bytes->at) exit(1);
  }
  memcpy(bytes->at + bytes->length, from, length);
  bytes->length += length;
}

static void watch(struct client *client, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = client};
  epoll_ctl(poll_fd, operation, client->fd, &event);
}

/* Sends what the round has for one client. */
static void deliver(struct client *client) {
  struct iovec out[PIECES + 1];
  int parts = 0;
  size_t total = client->pending.length;
  if (client->pending.length > 0) {
    out[parts].iov_base = client->pending.at;
    out[parts++].iov_len = client->pending.length;
  }
  int joins = 0;
  for (int n = 0; n < spoken; n++) {
    struct piece *piece = &pieces[n];
    if (piece->sender == client) {
      joins = 0;
      continue;
    }
    size_t length = piece->to - piece->from;
    if (joins) {
      out[parts - 1].iov_len += length;
    } else {
      out[parts].iov_base = said.at + piece->from;
      out[parts++].iov_len = length;
    }
    joins = 1;
    total += length;
  }
  if (total == 0) return;
  ssize_t sent = client->waits && spoken > 0 && client->pending.length > 0
                     ? 0
                     : writev(client->fd, out, parts);
  if (sent < 0) {
    if (errno != EAGAIN) {
      client->gone = 1;
      return;
    }
    sent = 0;
  }
  struct bytes rest = {0};
  size_t skip = (size_t)sent;
  if (skip < total) {
    if (total - skip > MAX_PENDING) {
      client->gone = 1;
      return;
    }
    for (int n = 0; n < parts; n++) {
      if (skip >= out[n].iov_len) {
        skip -= out[n].iov_len;
        continue;
      }
      /* What was pending stays where it is; only the new bytes are added. */
      if (n == 0 && client->pending.length > 0) {
        client->pending.length -= skip;
        memmove(client->pending.at, client->pending.at + skip,
                client->pending.length);
        rest = client->pending;
        client->pending = (struct bytes){0};
      } else {
        append(&rest, (char *)out[n].iov_base + skip, out[n].iov_len - skip);
      }
      skip = 0;
    }
  }
  if (client->pending.at) free(client->pending.at);
  client->pending = rest;
  int waits = rest.length > 0;
  if (waits != client->waits) {
    client->waits = waits;
    watch(client, EPOLL_CTL_MOD, EPOLLIN | (waits ? EPOLLOUT : 0));
  }
}

/* The end of a round: everybody gets what was said. */
static void deliver_all(void) {
  for (int n = 0; n < online; n++) {
    if (!clients[n]->gone) deliver(clients[n]);
  }
  spoken = 0;
  said.length = 0;
}

static void take(struct client *client) {
  static char chunk[CHUNK];
  ssize_t length = read(client->fd, chunk, sizeof chunk);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    client->gone = 1;
    return;
  }
  char *newline = memrchr(chunk, '\n', (size_t)length);
  size_t whole = newline ? (size_t)(newline - chunk) + 1 : 0;
  if (whole > 0) {
    if (spoken == PIECES) deliver_all();
    struct piece *piece = &pieces[spoken++];
    piece->sender = client;
    piece->from = said.length;
    if (client->tail.length > 0) {
      append(&said, client->tail.at, client->tail.length);
      client->tail.length = 0;
    }
    append(&said, chunk, whole);
    piece->to = said.length;
  }
  append(&client->tail, chunk + whole, (size_t)length - whole);
  if (client->tail.length > MAX_LINE) client->gone = 1;
}

static void join(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct client *client = calloc(1, sizeof *client);
    if (!client) exit(1);
    client->fd = fd;
    client->place = online;
    if (online == places) {
      places = places ? 2 * places : 64;
      clients = realloc(clients, (size_t)places * sizeof *clients);
      if (!clients) exit(1);
    }
    clients[online++] = client;
    watch(client, EPOLL_CTL_ADD, EPOLLIN);
  }
}

/* Frees who is gone: after the round, when no event points there any more. */
static void clean_up(void) {
  for (int n = online - 1; n >= 0; n--) {
    struct client *client = clients[n];
    if (!client->gone) continue;
    clients[n] = clients[--online];
    clients[n]->place = n;
    close(client->fd);
    free(client->tail.at);
    free(client->pending.at);
    free(client);
  }
}

int main(void) {
  const char *port = getenv("PORT");
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((unsigned short)atoi(port ? port : "8888"));
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
      listen(listener, 511) < 0) {
    perror("Cannot listen");
    return 1;
  }
  poll_fd = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
  static struct epoll_event events[EVENTS];
  for (;;) {
    int count = epoll_wait(poll_fd, events, EVENTS, -1);
    int left = 0;
    for (int n = 0; n < count; n++) {
      struct client *client = events[n].data.ptr;
      if (!client) {
        join(listener);
      } else if (!client->gone) {
        if (events[n].events & EPOLLOUT) deliver_all(), deliver(client);
        if (events[n].events & ~(unsigned)EPOLLOUT) take(client);
      }
    }
    deliver_all();
    for (int n = 0; n < online; n++) left += clients[n]->gone;
    if (left > 0) clean_up();
  }
}
