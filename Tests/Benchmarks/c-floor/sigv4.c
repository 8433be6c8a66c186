#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "floor.h"

#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define REGION "us-east-1"
#define SIGNED "content-type;host;x-amz-date;x-amz-target"

// HMAC-SHA-256 with the key already absorbed.
struct hmac {
  SHA256_CTX inner, outer;
};

static struct hmac hmac_key(const void *key, size_t length) {
  uint8_t block[64] = {0};
  struct hmac hmac;
  memcpy(block, key, length);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
  SHA256_Init(&hmac.inner);
  SHA256_Update(&hmac.inner, block, sizeof block);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
  SHA256_Init(&hmac.outer);
  SHA256_Update(&hmac.outer, block, sizeof block);
  return hmac;
}

static void hmac_sign(const struct hmac *hmac, const void *data, size_t length, uint8_t out[32]) {
  SHA256_CTX context = hmac->inner;
  SHA256_Update(&context, data, length);
  SHA256_Final(out, &context);
  context = hmac->outer;
  SHA256_Update(&context, out, 32);
  SHA256_Final(out, &context);
}

static void hex(const uint8_t in[32], char out[65]) {
  for (size_t i = 0; i < 32; i++) {
    out[2 * i] = "0123456789abcdef"[in[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[in[i] & 15];
  }
  out[64] = 0;
}

static void digest(const void *data, size_t length, char out[65]) {
  uint8_t hash[32];
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data, length);
  SHA256_Final(hash, &context);
  hex(hash, out);
}

// The key of a day and scope.
static const struct hmac *signing_key(const char *date) {
  static char day[9];
  static struct hmac key;
  if (memcmp(day, date, 8) == 0) return &key;
  const char *scope[] = {NULL, REGION, "cognito-idp", "aws4_request"};
  uint8_t hash[32];
  memcpy(day, date, 8);
  scope[0] = day;
  key = hmac_key("AWS4" SECRET, sizeof "AWS4" SECRET - 1);
  for (size_t i = 0; i < 4; i++) {
    hmac_sign(&key, scope[i], strlen(scope[i]), hash);
    key = hmac_key(hash, sizeof hash);
  }
  return &key;
}

size_t sigv4_authorization(
    char *out, size_t limit, const char *host, const char *date, const char *body, size_t length) {
  char hash[65], canonical[1024], text[512];
  uint8_t signature[32];
  digest(body, length, hash);
  int size = snprintf(
      canonical, sizeof canonical,
      "POST\n/\n\ncontent-type:" CONTENT_TYPE "\nhost:%s\nx-amz-date:%s\nx-amz-target:" TARGET
      "\n\n" SIGNED "\n%s",
      host, date, hash);
  digest(canonical, (size_t)size, hash);
  size = snprintf(
      text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%.8s/" REGION "/cognito-idp/aws4_request\n%s",
      date, date, hash);
  hmac_sign(signing_key(date), text, (size_t)size, signature);
  hex(signature, hash);
  size = snprintf(
      out, limit,
      "AWS4-HMAC-SHA256 Credential=" KEY_ID "/%.8s/" REGION
      "/cognito-idp/aws4_request, SignedHeaders=" SIGNED ", Signature=%s",
      date, hash);
  return (size_t)size < limit ? (size_t)size : 0;
}
