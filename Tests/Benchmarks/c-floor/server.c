#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "floor.h"

enum { READ_SIZE = 64 * 1024, EVENT_COUNT = 512, MAX_STREAMS = 100 };

#define METHOD "/provisioning.v1.UserProvisioningService/CreateUser"

struct connection {
  enum source source;
  int fd;
  int is_dirty;
  int wants_write;
  int is_broken;
  nghttp2_session *session;
  struct connection *next_dirty;
  struct stream *open_streams;
  uint8_t *out;
  size_t out_length, out_sent, out_capacity;
};

static int epoll_fd, forwards;
static struct stream *free_streams;
static struct connection *dirty;
static nghttp2_session_callbacks *callbacks;

static void mark_dirty(struct connection *connection) {
  if (connection->is_dirty) return;
  connection->is_dirty = 1;
  connection->next_dirty = dirty;
  dirty = connection;
}

static struct stream *stream_take(struct connection *connection, int32_t id) {
  struct stream *stream = free_streams;
  if (stream)
    free_streams = stream->next;
  else
    stream = malloc(sizeof *stream);
  memset(stream, 0, offsetof(struct stream, body));
  stream->connection = connection;
  stream->id = id;
  stream->is_open = 1;
  stream->next = connection->open_streams;
  if (stream->next) stream->next->previous = stream;
  connection->open_streams = stream;
  return stream;
}

static void stream_release(struct stream *stream) {
  stream->next = free_streams;
  free_streams = stream;
}

// A stream that waits for the upstream is released by its answer.
static void stream_close(struct stream *stream) {
  if (stream->next) stream->next->previous = stream->previous;
  if (stream->previous)
    stream->previous->next = stream->next;
  else
    stream->connection->open_streams = stream->next;
  stream->is_open = 0;
  if (!stream->waits_for_upstream) stream_release(stream);
}

#define FIELD(name, value)                                                                  \
  {                                                                                         \
    (uint8_t *)name, (uint8_t *)value, sizeof name - 1, sizeof value - 1,                   \
        NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE                        \
  }

static ssize_t read_reply(
    nghttp2_session *session, int32_t id, uint8_t *buffer, size_t length, uint32_t *flags,
    nghttp2_data_source *source, void *context) {
  (void)context;
  struct stream *stream = source->ptr;
  size_t rest = stream->reply_length - stream->reply_sent;
  size_t count = rest < length ? rest : length;
  memcpy(buffer, stream->reply + stream->reply_sent, count);
  stream->reply_sent += count;
  if (count == rest) {
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_nv trailers[] = {FIELD("grpc-status", "0"), FIELD("x-creation-id", "")};
    trailers[1].value = (uint8_t *)stream->creation;
    trailers[1].valuelen = strlen(stream->creation);
    trailers[1].flags = NGHTTP2_NV_FLAG_NO_COPY_NAME;
    nghttp2_submit_trailer(session, id, trailers, stream->creation[0] ? 2 : 1);
  }
  return (ssize_t)count;
}

void stream_answer(struct stream *stream) {
  static nghttp2_nv head[] = {
      FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
  if (!stream->is_open) {
    stream_release(stream);
    return;
  }
  nghttp2_session *session = stream->connection->session;
  if (stream->status == 0) {
    nghttp2_data_provider provider = {{.ptr = stream}, read_reply};
    nghttp2_submit_response(session, stream->id, head, 2, &provider);
  } else {
    char status[4];
    int length = snprintf(status, sizeof status, "%d", stream->status);
    nghttp2_nv trailers_only[] = {
        head[0], head[1],
        {(uint8_t *)"grpc-status", (uint8_t *)status, 11, (size_t)length, NGHTTP2_NV_FLAG_NONE}};
    nghttp2_submit_response(session, stream->id, trailers_only, 3, NULL);
  }
  mark_dirty(stream->connection);
}

// gRPC status codes: 8 RESOURCE_EXHAUSTED, 12 UNIMPLEMENTED, 13 INTERNAL.
static void handle(struct stream *stream) {
  const uint8_t *body = stream->body;
  size_t announced = (size_t)body[1] << 24 | (size_t)body[2] << 16 | body[3] << 8 | body[4];
  if (!stream->is_known_method) {
    stream->status = 12;
  } else if (stream->status == 0
             && (stream->body_length < 5 || body[0] || announced != stream->body_length - 5)) {
    stream->status = 13;
  }
  if (stream->status) {
    stream_answer(stream);
    return;
  }
  arena_reset();
  Provisioning__V1__CreateUserRequest *request = request_decode(body + 5, announced);
  if (!request) {
    stream->status = 13;
    stream_answer(stream);
    return;
  }
  request_apply_defaults(request);
  stream->message_action = request->message_action;
  if (forwards) {
    upstream_send(stream, request);
    return;
  }
  stream->reply_length = reply_validated(request, stream->reply);
  if (!stream->reply_length) stream->status = 8;
  stream_answer(stream);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
    nghttp2_session_set_stream_user_data(
        session, frame->hd.stream_id, stream_take(context, frame->hd.stream_id));
  return 0;
}

static int on_header(
    nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
    const uint8_t *value, size_t value_length, uint8_t flags, void *context) {
  (void)flags;
  (void)context;
  if (name_length == 5 && name[0] == ':' && name[1] == 'p') {
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream)
      stream->is_known_method =
          value_length == sizeof METHOD - 1 && memcmp(value, METHOD, value_length) == 0;
  }
  return 0;
}

static int on_data(
    nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t length,
    void *context) {
  (void)flags;
  (void)context;
  struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
  if (!stream) return 0;
  if (stream->body_length + length > BODY_LIMIT) {
    stream->status = 8;
    return 0;
  }
  memcpy(stream->body + stream->body_length, data, length);
  stream->body_length += length;
  return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
  (void)context;
  int ends = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
  if (ends && (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS)) {
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream) handle(stream);
  }
  return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *context) {
  (void)code;
  (void)context;
  struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
  if (stream) stream_close(stream);
  return 0;
}

static void accept_one(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  struct connection *connection = calloc(1, sizeof *connection);
  nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  connection->source = SOURCE_CONNECTION;
  connection->fd = fd;
  nghttp2_session_server_new(&connection->session, callbacks, connection);
  nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 2);
  nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, 4 << 20);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  mark_dirty(connection);
}

static void read_some(struct connection *connection) {
  static uint8_t buffer[READ_SIZE];
  ssize_t count = read(connection->fd, buffer, sizeof buffer);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0 || nghttp2_session_mem_recv(connection->session, buffer, (size_t)count) < 0)
    connection->is_broken = 1;
  mark_dirty(connection);
}

static void arm(struct connection *connection, int wants_write) {
  if (connection->wants_write == wants_write) return;
  connection->wants_write = wants_write;
  struct epoll_event event = {
      .events = EPOLLIN | (wants_write ? EPOLLOUT : 0), .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

// Everything that the session has to say leaves in one write.
static void flush(struct connection *connection) {
  for (;;) {
    const uint8_t *data;
    ssize_t count = nghttp2_session_mem_send(connection->session, &data);
    if (count < 0) connection->is_broken = 1;
    if (count <= 0) break;
    if (connection->out_length + (size_t)count > connection->out_capacity) {
      connection->out_capacity = 2 * (connection->out_length + (size_t)count) + READ_SIZE;
      connection->out = realloc(connection->out, connection->out_capacity);
    }
    memcpy(connection->out + connection->out_length, data, (size_t)count);
    connection->out_length += (size_t)count;
  }
  size_t rest = connection->out_length - connection->out_sent;
  ssize_t sent = rest ? write(connection->fd, connection->out + connection->out_sent, rest) : 0;
  if (sent < 0 && errno != EAGAIN) connection->is_broken = 1;
  if (sent > 0) connection->out_sent += (size_t)sent;
  if (connection->out_sent == connection->out_length)
    connection->out_sent = connection->out_length = 0;
  arm(connection, connection->out_length > 0);
}

static void flush_dirty(void) {
  while (dirty) {
    struct connection *connection = dirty;
    dirty = connection->next_dirty;
    connection->is_dirty = 0;
    if (!connection->is_broken) flush(connection);
    if (!connection->is_broken) continue;
    close(connection->fd);
    while (connection->open_streams) stream_close(connection->open_streams);
    nghttp2_session_del(connection->session);
    free(connection->out);
    free(connection);
  }
}

static int listen_on(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 128)) {
    perror("listen");
    exit(1);
  }
  return fd;
}

int main(int count, char **arguments) {
  if (count < 3 || (count < 4 && strcmp(arguments[1], "forward") == 0)) {
    fprintf(stderr, "usage: %s echo PORT | forward PORT UPSTREAM_PORT\n", arguments[0]);
    return 64;
  }
  signal(SIGPIPE, SIG_IGN);
  forwards = strcmp(arguments[1], "forward") == 0;
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (forwards) upstream_start(epoll_fd, atoi(arguments[3]));
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  enum source listener_source = SOURCE_LISTENER;
  int listener = listen_on(atoi(arguments[2]));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener_source};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event events[EVENT_COUNT];
    int ready = epoll_wait(epoll_fd, events, EVENT_COUNT, -1);
    for (int i = 0; i < ready; i++) {
      switch (*(enum source *)events[i].data.ptr) {
        case SOURCE_LISTENER: accept_one(listener); break;
        case SOURCE_UPSTREAM: upstream_ready(events[i].data.ptr); break;
        case SOURCE_CONNECTION:
          if (events[i].events & EPOLLOUT) mark_dirty(events[i].data.ptr);
          if (events[i].events & ~(uint32_t)EPOLLOUT) read_some(events[i].data.ptr);
      }
    }
    flush_dirty();
  }
}
