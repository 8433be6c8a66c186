#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "floor.h"

// As many as the benchmark has calls in flight: 8 connections with 32 streams each.
enum { CONNECTION_LIMIT = 256, ANSWER_LIMIT = 16 * 1024, CALL_LIMIT = 8 * 1024 };

struct upstream {
  enum source source;
  int fd;
  struct stream *stream;
  struct upstream *next_idle;
  size_t received;
  char buffer[ANSWER_LIMIT + 1];
};

// A call that waits for a connection, already written.
struct call {
  struct call *next;
  struct stream *stream;
  size_t length;
  char bytes[CALL_LIMIT];
};

static int epoll_fd, upstream_port, connection_count;
static char host[32];
static struct upstream *idle;
static struct call *first_waiting, **last_waiting = &first_waiting;

static void die(const char *what) {
  perror(what);
  exit(1);
}

void upstream_start(int epoll, int port) {
  epoll_fd = epoll;
  upstream_port = port;
  snprintf(host, sizeof host, "127.0.0.1:%d", port);
}

static struct upstream *upstream_open(void) {
  struct upstream *made = calloc(1, sizeof *made);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)upstream_port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  made->source = SOURCE_UPSTREAM;
  made->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(made->fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  setsockopt(made->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = made};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, made->fd, &event)) die("epoll_ctl");
  connection_count++;
  return made;
}

// YYYYMMDDTHHMMSSZ, made once a second.
static const char *date_now(void) {
  static time_t last;
  static char text[17];
  time_t now = time(NULL);
  if (now != last) {
    struct tm parts;
    strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    last = now;
  }
  return text;
}

static size_t write_call(const Provisioning__V1__CreateUserRequest *request, char *out) {
  char body[CALL_LIMIT], authorization[512];
  size_t length = json_write(request, body, sizeof body);
  const char *date = date_now();
  if (!length || !sigv4_authorization(authorization, sizeof authorization, host, date, body, length))
    return 0;
  int head = snprintf(
      out, CALL_LIMIT,
      "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: " CONTENT_TYPE "\r\nX-Amz-Target: " TARGET
      "\r\nX-Amz-Date: %s\r\nAuthorization: %s\r\nContent-Length: %zu\r\n\r\n",
      host, date, authorization, length);
  if ((size_t)head + length > CALL_LIMIT) return 0;
  memcpy(out + head, body, length);
  return (size_t)head + length;
}

static void start(struct upstream *upstream, struct stream *stream, const char *bytes, size_t n) {
  upstream->stream = stream;
  upstream->received = 0;
  // A call fits into the socket's empty buffer.
  if (write(upstream->fd, bytes, n) != (ssize_t)n) die("write to the upstream");
}

void upstream_send(struct stream *stream, const Provisioning__V1__CreateUserRequest *request) {
  if (idle || connection_count < CONNECTION_LIMIT) {
    char bytes[CALL_LIMIT];
    size_t length = write_call(request, bytes);
    struct upstream *upstream = idle;
    if (!length) {
      stream->status = 8;
      stream_answer(stream);
      return;
    }
    if (upstream)
      idle = upstream->next_idle;
    else
      upstream = upstream_open();
    stream->waits_for_upstream = 1;
    start(upstream, stream, bytes, length);
    return;
  }
  struct call *call = malloc(sizeof *call);
  call->next = NULL;
  call->stream = stream;
  call->length = write_call(request, call->bytes);
  stream->waits_for_upstream = 1;
  *last_waiting = call;
  last_waiting = &call->next;
}

static void finish(struct upstream *upstream, const char *body, size_t length) {
  struct stream *stream = upstream->stream;
  struct answer answer;
  arena_reset();
  stream->waits_for_upstream = 0;
  if (memcmp(upstream->buffer, "HTTP/1.1 200", 12) == 0 && json_read(body, length, &answer)) {
    stream->reply_length = reply_created(
        &answer, stream->message_action, stream->creation, stream->reply);
    stream->status = stream->reply_length ? 0 : 13;
  } else {
    stream->status = 2;
  }
  struct call *next = first_waiting;
  if (next) {
    first_waiting = next->next;
    if (!first_waiting) last_waiting = &first_waiting;
    start(upstream, next->stream, next->bytes, next->length);
    free(next);
  } else {
    upstream->next_idle = idle;
    idle = upstream;
  }
  stream_answer(stream);
}

void upstream_ready(void *source) {
  struct upstream *upstream = source;
  ssize_t count = read(
      upstream->fd, upstream->buffer + upstream->received, ANSWER_LIMIT - upstream->received);
  if (count <= 0) die("read from the upstream");
  upstream->received += (size_t)count;
  upstream->buffer[upstream->received] = 0;
  const char *body = strstr(upstream->buffer, "\r\n\r\n");
  const char *field = body ? strcasestr(upstream->buffer, "\r\ncontent-length:") : NULL;
  if (!field) return;
  size_t length = strtoul(field + sizeof "\r\ncontent-length:" - 1, NULL, 10);
  body += 4;
  if (upstream->received - (size_t)(body - upstream->buffer) >= length)
    finish(upstream, body, length);
}
