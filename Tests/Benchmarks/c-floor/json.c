#include <stdlib.h>
#include <string.h>

#include "floor.h"

// ---- Writing: appends to a buffer of fixed size; an overflow is remembered.
struct writer {
  char *out;
  size_t length, limit;
};

static void put(struct writer *w, const char *bytes, size_t length) {
  if (w->length + length <= w->limit) memcpy(w->out + w->length, bytes, length);
  w->length += length;
}

#define PUT(w, literal) put(w, literal, sizeof literal - 1)

static void put_string(struct writer *w, ProtobufCBinaryData text) {
  PUT(w, "\"");
  size_t start = 0;
  for (size_t i = 0; i < text.len; i++) {
    uint8_t byte = text.data[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    put(w, (const char *)text.data + start, i - start);
    char escape[6] = {'\\', 'u', '0', '0', "0123456789abcdef"[byte >> 4],
                      "0123456789abcdef"[byte & 15]};
    put(w, escape, 6);
    start = i + 1;
  }
  put(w, (const char *)text.data + start, text.len - start);
  PUT(w, "\"");
}

static void put_attributes(
    struct writer *w, Provisioning__V1__UserAttribute **attributes, size_t count) {
  PUT(w, "[");
  for (size_t i = 0; i < count; i++) {
    if (i) PUT(w, ",");
    PUT(w, "{\"Name\":");
    put_string(w, attributes[i]->name);
    PUT(w, ",\"Value\":");
    put_string(w, attributes[i]->value);
    PUT(w, "}");
  }
  PUT(w, "]");
}

size_t json_write(const Provisioning__V1__CreateUserRequest *request, char *out, size_t limit) {
  struct writer w = {out, 0, limit};
  PUT(&w, "{\"UserPoolId\":");
  put_string(&w, request->user_pool_id);
  PUT(&w, ",\"Username\":");
  put_string(&w, request->username);
  PUT(&w, ",\"UserAttributes\":");
  put_attributes(&w, request->user_attributes, request->n_user_attributes);
  if (request->n_validation_data) {
    PUT(&w, ",\"ValidationData\":");
    put_attributes(&w, request->validation_data, request->n_validation_data);
  }
  if (request->message_action == PROVISIONING__V1__MESSAGE_ACTION__MESSAGE_ACTION_SUPPRESS)
    PUT(&w, ",\"MessageAction\":\"SUPPRESS\"");
  PUT(&w, ",\"DesiredDeliveryMediums\":[");
  for (size_t i = 0; i < request->n_desired_delivery_mediums; i++) {
    if (i) PUT(&w, ",");
    if (request->desired_delivery_mediums[i]
        == PROVISIONING__V1__DELIVERY_MEDIUM__DELIVERY_MEDIUM_SMS)
      PUT(&w, "\"SMS\"");
    else
      PUT(&w, "\"EMAIL\"");
  }
  PUT(&w, "],\"ClientMetadata\":{");
  for (size_t i = 0; i < request->n_client_metadata; i++) {
    if (i) PUT(&w, ",");
    put_string(&w, request->client_metadata[i]->key);
    PUT(&w, ":");
    put_string(&w, request->client_metadata[i]->value);
  }
  PUT(&w, "}}");
  return w.length <= w.limit ? w.length : 0;
}

// ---- Reading: one pass over the bytes.
struct reader {
  const char *at, *end;
};

static int peek(struct reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
    r->at++;
  return r->at < r->end ? *r->at : -1;
}

static int take(struct reader *r, char wanted) {
  if (peek(r) != wanted) return 0;
  r->at++;
  return 1;
}

// Escapes are kept as they stand: the stand-in sends none.
static int read_string(struct reader *r, struct text *out) {
  if (!take(r, '"')) return 0;
  const char *start = r->at;
  while (r->at < r->end && *r->at != '"') r->at += *r->at == '\\' ? 2 : 1;
  if (r->at >= r->end) return 0;
  *out = (struct text){start, (size_t)(r->at - start)};
  r->at++;
  return 1;
}

static int skip(struct reader *r, int depth) {
  struct text ignored;
  int first = peek(r);
  if (first == '"') return read_string(r, &ignored);
  if (first == '{' || first == '[') {
    char close = first == '{' ? '}' : ']';
    r->at++;
    if (depth > 16) return 0;
    if (take(r, close)) return 1;
    do {
      if (first == '{' && !(read_string(r, &ignored) && take(r, ':'))) return 0;
      if (!skip(r, depth + 1)) return 0;
    } while (take(r, ','));
    return take(r, close);
  }
  const char *start = r->at;
  while (r->at < r->end && !strchr(",]} \n\r\t", *r->at)) r->at++;
  return r->at > start;
}

static int is(struct text text, const char *name) {
  return text.length == strlen(name) && memcmp(text.bytes, name, text.length) == 0;
}

enum { ATTRIBUTE_LIMIT = 64 };

static int read_attributes(struct reader *r, struct answer *answer) {
  if (!take(r, '[')) return 0;
  answer->attributes = arena_take(ATTRIBUTE_LIMIT * sizeof *answer->attributes);
  if (take(r, ']')) return 1;
  do {
    struct text key, name = {0}, value = {0};
    if (answer->attribute_count == ATTRIBUTE_LIMIT || !take(r, '{')) return 0;
    do {
      struct text read;
      if (!(read_string(r, &key) && take(r, ':') && read_string(r, &read))) return 0;
      if (is(key, "Name")) name = read;
      if (is(key, "Value")) value = read;
    } while (take(r, ','));
    if (!take(r, '}')) return 0;
    Provisioning__V1__UserAttribute *attribute = arena_take(sizeof *attribute);
    provisioning__v1__user_attribute__init(attribute);
    attribute->name = (ProtobufCBinaryData){name.length, (uint8_t *)name.bytes};
    attribute->value = (ProtobufCBinaryData){value.length, (uint8_t *)value.bytes};
    answer->attributes[answer->attribute_count++] = attribute;
    if (is(name, "sub")) answer->sub = value;
  } while (take(r, ','));
  return take(r, ']');
}

static int read_number(struct reader *r, double *out) {
  peek(r);
  char *end;
  *out = strtod(r->at, &end);  // the buffer ends in a NUL
  int found = end > r->at;
  r->at = end;
  return found;
}

static int read_user(struct reader *r, struct answer *answer) {
  if (!take(r, '{')) return 0;
  do {
    struct text key;
    int understood;
    if (!(read_string(r, &key) && take(r, ':'))) return 0;
    if (is(key, "Username")) {
      understood = read_string(r, &answer->username);
    } else if (is(key, "Attributes")) {
      understood = read_attributes(r, answer);
    } else if (is(key, "UserCreateDate")) {
      understood = read_number(r, &answer->create_date);
    } else if (is(key, "UserLastModifiedDate")) {
      understood = read_number(r, &answer->modified_date);
    } else if (is(key, "UserStatus")) {
      understood = read_string(r, &answer->status);
    } else if (is(key, "Enabled")) {
      answer->enabled = peek(r) == 't';
      understood = skip(r, 0);
    } else {
      understood = skip(r, 0);
    }
    if (!understood) return 0;
  } while (take(r, ','));
  return take(r, '}');
}

int json_read(const char *bytes, size_t length, struct answer *answer) {
  struct reader r = {bytes, bytes + length};
  struct text key;
  *answer = (struct answer){0};
  return take(&r, '{') && read_string(&r, &key) && is(key, "User") && take(&r, ':')
      && read_user(&r, answer) && take(&r, '}');
}
