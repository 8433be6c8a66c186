// The upstream of the benchmark: HTTP/1.1 with keep-alive on epoll, one thread. It answers any
// AdminCreateUser at once, or a fixed time after it came, always with the same user.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_LIMIT = 16 * 1024, EVENT_COUNT = 512 };

static const char BODY[] =
    "{\"User\":{\"Attributes\":["
    "{\"Name\":\"sub\",\"Value\":\"4564b3e5-8d4d-4b2c-9a57-1d0c6a0f9e11\"},"
    "{\"Name\":\"email\",\"Value\":\"zoe.smith@example.com\"},"
    "{\"Name\":\"phone_number\",\"Value\":\"+15550100200\"},"
    "{\"Name\":\"given_name\",\"Value\":\"Zoe\"},"
    "{\"Name\":\"family_name\",\"Value\":\"Smith\"},"
    "{\"Name\":\"zoneinfo\",\"Value\":\"Europe/Zurich\"},"
    "{\"Name\":\"custom:department\",\"Value\":\"accounting\"},"
    "{\"Name\":\"locale\",\"Value\":\"en-GB\"},"
    "{\"Name\":\"custom:provisioned_by\",\"Value\":\"bench\"}],"
    "\"Enabled\":true,\"UserCreateDate\":1.795239351916E9,"
    "\"UserLastModifiedDate\":1.795239351916E9,\"UserStatus\":\"FORCE_CHANGE_PASSWORD\","
    "\"Username\":\"zoe.smith@example.com\"}}";

struct connection {
  // -1 once the peer has gone while its request waits.
  int fd;
  // The request that waits for its answer, and the connection whose request came next.
  long long due_ns;
  struct connection *next;
  size_t received;
  char buffer[REQUEST_LIMIT + 1];
};

static char answer[2048];
static size_t answer_length;
static long long delay_ns;
// Of equal delays the first to come is the first to be due.
static struct connection *first_waiting, *last_waiting;

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int send_answer(const struct connection *connection) {
  return write(connection->fd, answer, answer_length) == (ssize_t)answer_length;
}

static void wait_for_answer(struct connection *connection) {
  connection->due_ns = now_ns() + delay_ns;
  connection->next = NULL;
  if (first_waiting) last_waiting->next = connection;
  else first_waiting = connection;
  last_waiting = connection;
}

static void give_up(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  if (!connection->due_ns) free(connection);
}

static void answer_due(void) {
  while (first_waiting && first_waiting->due_ns <= now_ns()) {
    struct connection *connection = first_waiting;
    first_waiting = connection->next;
    connection->due_ns = 0;
    if (connection->fd < 0) free(connection);
    else if (!send_answer(connection)) give_up(connection);
  }
}

// For epoll, in milliseconds; rounded up, so that nothing is answered early.
static int time_to_next(void) {
  if (!first_waiting) return -1;
  long long left = first_waiting->due_ns - now_ns();
  return left > 0 ? (int)((left + 999999) / 1000000) : 0;
}

// The length of the first whole request in the buffer, 0 when there is none yet.
static size_t request_length(const struct connection *connection) {
  const char *body = strstr(connection->buffer, "\r\n\r\n");
  const char *field = body ? strcasestr(connection->buffer, "\r\ncontent-length:") : NULL;
  if (!field) return 0;
  size_t head = (size_t)(body - connection->buffer) + 4;
  size_t length = head + strtoul(field + sizeof "\r\ncontent-length:" - 1, NULL, 10);
  return length <= connection->received ? length : 0;
}

static int serve(struct connection *connection) {
  ssize_t count = read(
      connection->fd, connection->buffer + connection->received,
      REQUEST_LIMIT - connection->received);
  if (count <= 0) return 0;
  connection->received += (size_t)count;
  connection->buffer[connection->received] = 0;
  for (size_t length; (length = request_length(connection)) > 0;) {
    if (delay_ns) wait_for_answer(connection);
    else if (!send_answer(connection)) return 0;
    connection->received -= length;
    memmove(connection->buffer, connection->buffer + length, connection->received + 1);
  }
  return 1;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2 && argument_count != 3) {
    fprintf(stderr, "usage: %s PORT [MILLISECONDS]\n", arguments[0]);
    return 64;
  }
  if (argument_count == 3) delay_ns = atoi(arguments[2]) * 1000000LL;
  answer_length = (size_t)snprintf(
      answer, sizeof answer,
      "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 08:00:00 GMT\r\n"
      "Content-Type: application/x-amz-json-1.1\r\nContent-Length: %zu\r\n"
      "Connection: keep-alive\r\nx-amzn-RequestId: 55ae2950-4a0b-4f1e-9d1f-0123456789ab\r\n\r\n%s",
      sizeof BODY - 1, BODY);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
    perror("listen");
    return 1;
  }
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event events[EVENT_COUNT];
    int ready = epoll_wait(epoll, events, EVENT_COUNT, time_to_next());
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (connection) {
        if (!serve(connection)) give_up(connection);
      } else {
        connection = calloc(1, sizeof *connection);
        connection->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        event.data.ptr = connection;
        epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event);
      }
    }
    answer_due();
  }
}
