// The upstream of the benchmark: HTTP/1.1 with keep-alive on epoll, one thread. It answers any
// AdminCreateUser at once, always with the same user.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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
  int fd;
  size_t received;
  char buffer[REQUEST_LIMIT + 1];
};

static char answer[2048];
static size_t answer_length;

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
    if (write(connection->fd, answer, answer_length) != (ssize_t)answer_length) return 0;
    connection->received -= length;
    memmove(connection->buffer, connection->buffer + length, connection->received + 1);
  }
  return 1;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) {
    fprintf(stderr, "usage: %s PORT\n", arguments[0]);
    return 64;
  }
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
    int ready = epoll_wait(epoll, events, EVENT_COUNT, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (connection) {
        if (serve(connection)) continue;
        close(connection->fd);
        free(connection);
      } else {
        connection = calloc(1, sizeof *connection);
        connection->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        event.data.ptr = connection;
        epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event);
      }
    }
  }
}
