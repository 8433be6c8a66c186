// The C floor: the least that a server of CreateUser on nghttp2, epoll and protobuf-c can do. One
// thread, no policy, no authentication, no journal, no metrics. It exists to be compared with.
#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>
#include <stdint.h>

#include "provisioning/v1/user_provisioning.pb-c.h"

// Bounds of one call. A larger one is refused: the benchmark sends about 280 bytes.
enum { BODY_LIMIT = 4096, REPLY_LIMIT = 8192, ARENA_SIZE = 64 * 1024 };
// A UUID in its text form, with a NUL behind it.
enum { IDENTIFIER_SIZE = 37 };

struct text {
  const char *bytes;
  size_t length;
};

// ---- server.c: HTTP/2 with callers.
struct connection;

struct stream {
  struct stream *next, *previous;  // of the connection's open streams, or of the free ones
  struct connection *connection;
  int32_t id;
  int is_open;
  int is_known_method;
  int waits_for_upstream;
  Provisioning__V1__MessageAction message_action;
  size_t body_length;
  size_t reply_length;
  size_t reply_sent;
  int status;
  char creation[IDENTIFIER_SIZE];  // empty where nothing was created
  uint8_t body[BODY_LIMIT];
  uint8_t reply[REPLY_LIMIT];
};

// What epoll gives back points to one of these, at the head of its object.
enum source { SOURCE_LISTENER, SOURCE_CONNECTION, SOURCE_UPSTREAM };

// Answers a call: its reply is framed, or its status is not 0.
void stream_answer(struct stream *stream);

// ---- arena.c: memory of one call, given back all at once.
extern ProtobufCAllocator arena;
void *arena_take(size_t size);
void arena_reset(void);

// ---- messages.c: the two messages.
Provisioning__V1__CreateUserRequest *request_decode(const uint8_t *bytes, size_t length);
// Fills the defaults that a policy would fill; the lists move to the arena.
void request_apply_defaults(Provisioning__V1__CreateUserRequest *request);
// Frames a response with the request's effective form. Returns its length, 0 when it is too long.
size_t reply_validated(Provisioning__V1__CreateUserRequest *request, uint8_t *out);

struct answer {
  struct text username;
  Provisioning__V1__UserAttribute **attributes;
  size_t attribute_count;
  struct text sub;
  double create_date;
  double modified_date;
  int enabled;
  struct text status;
};

// Frames a response with the user that the upstream answered, and says the id of the creation.
size_t reply_created(
    const struct answer *answer, Provisioning__V1__MessageAction action,
    char creation[IDENTIFIER_SIZE], uint8_t *out);

// ---- json.c: the upstream's bodies.
// Writes the body of AdminCreateUser. Returns its length, 0 when it is too long.
size_t json_write(const Provisioning__V1__CreateUserRequest *request, char *out, size_t limit);
// Reads an answer; strings lie in the arena. Returns 0 when it cannot be understood.
int json_read(const char *bytes, size_t length, struct answer *answer);

// ---- sigv4.c: AWS Signature Version 4 with the day's key cached.
// Writes the Authorization header's value for a body; `date` is YYYYMMDDTHHMMSSZ.
size_t sigv4_authorization(
    char *out, size_t limit, const char *host, const char *date, const char *body, size_t length);

// ---- upstream.c: keep-alive connections to the user pool.
#define TARGET "AWSCognitoIdentityProviderService.AdminCreateUser"
#define CONTENT_TYPE "application/x-amz-json-1.1"
#define USER_POOL "us-east-1_Bench0001"

void upstream_start(int epoll, int port);
// Sends a call, or lets it wait for a free connection. `stream_answer` follows later.
void upstream_send(struct stream *stream, const Provisioning__V1__CreateUserRequest *request);
void upstream_ready(void *source);

#endif
