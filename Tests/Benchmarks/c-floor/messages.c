#include <stdio.h>
#include <string.h>

#include "floor.h"

typedef Provisioning__V1__CreateUserRequest Request;
typedef Provisioning__V1__UserAttribute Attribute;
typedef Provisioning__V1__PolicyDecision Decision;

static ProtobufCBinaryData literal(const char *text) {
  return (ProtobufCBinaryData){strlen(text), (uint8_t *)text};
}

static ProtobufCBinaryData data(struct text text) {
  return (ProtobufCBinaryData){text.length, (uint8_t *)text.bytes};
}

Request *request_decode(const uint8_t *bytes, size_t length) {
  return provisioning__v1__create_user_request__unpack(&arena, length, bytes);
}

static Attribute *attribute(const char *name, const char *value) {
  Attribute *made = arena_take(sizeof *made);
  provisioning__v1__user_attribute__init(made);
  made->name = literal(name);
  made->value = literal(value);
  return made;
}

static int is_named(const Attribute *attribute, const char *name) {
  return attribute->name.len == strlen(name)
      && memcmp(attribute->name.data, name, attribute->name.len) == 0;
}

void request_apply_defaults(Request *request) {
  if (request->message_action == PROVISIONING__V1__MESSAGE_ACTION__MESSAGE_ACTION_UNSPECIFIED)
    request->message_action = PROVISIONING__V1__MESSAGE_ACTION__MESSAGE_ACTION_SEND;
  size_t count = request->n_user_attributes;
  int has_locale = 0;
  for (size_t i = 0; i < count; i++)
    has_locale |= is_named(request->user_attributes[i], "locale");
  Attribute **attributes = arena_take((count + 2) * sizeof *attributes);
  memcpy(attributes, request->user_attributes, count * sizeof *attributes);
  attributes[count++] = attribute("custom:provisioned_by", "bench");
  if (!has_locale) attributes[count++] = attribute("locale", "en-GB");
  request->user_attributes = attributes;
  request->n_user_attributes = count;
  request->user_pool_id = literal(USER_POOL);
}

// What the service says of this request under policy.yaml, word for word.
static const struct {
  const char *field, *rule;
  Provisioning__V1__Effect effect;
} CHANGES[] = {
    {"user_attributes[custom:provisioned_by]", "company.attributes.fixed.custom:provisioned_by",
     PROVISIONING__V1__EFFECT__EFFECT_FIXED},
    {"user_attributes[locale]", "company.attributes.default.locale",
     PROVISIONING__V1__EFFECT__EFFECT_DEFAULTED},
    {"message_action", "company.message_action.default",
     PROVISIONING__V1__EFFECT__EFFECT_DEFAULTED},
};
enum { CHANGE_COUNT = sizeof CHANGES / sizeof *CHANGES };

static size_t frame(Provisioning__V1__CreateUserResponse *response, uint8_t *out) {
  Decision decisions[CHANGE_COUNT];
  Decision *pointers[CHANGE_COUNT];
  for (size_t i = 0; i < CHANGE_COUNT; i++) {
    provisioning__v1__policy_decision__init(&decisions[i]);
    decisions[i].field = literal(CHANGES[i].field);
    decisions[i].rule = literal(CHANGES[i].rule);
    decisions[i].effect = CHANGES[i].effect;
    pointers[i] = &decisions[i];
  }
  response->n_policy_decisions = CHANGE_COUNT;
  response->policy_decisions = pointers;
  response->policy_digest =
      literal("0000000000000000000000000000000000000000000000000000000000000000");
  size_t length = provisioning__v1__create_user_response__get_packed_size(response);
  if (length + 5 > REPLY_LIMIT) return 0;
  out[0] = 0;
  out[1] = (uint8_t)(length >> 24);
  out[2] = (uint8_t)(length >> 16);
  out[3] = (uint8_t)(length >> 8);
  out[4] = (uint8_t)length;
  return 5 + provisioning__v1__create_user_response__pack(response, out + 5);
}

size_t reply_validated(Request *request, uint8_t *out) {
  Provisioning__V1__EffectiveRequest effective = PROVISIONING__V1__EFFECTIVE_REQUEST__INIT;
  effective.user_pool_id = request->user_pool_id;
  effective.username = request->username;
  effective.n_user_attributes = request->n_user_attributes;
  effective.user_attributes = request->user_attributes;
  effective.n_validation_data = request->n_validation_data;
  effective.validation_data = request->validation_data;
  effective.force_alias_creation = request->force_alias_creation;
  effective.message_action = request->message_action;
  effective.n_desired_delivery_mediums = request->n_desired_delivery_mediums;
  effective.desired_delivery_mediums = request->desired_delivery_mediums;
  size_t count = request->n_client_metadata;
  Provisioning__V1__EffectiveRequest__ClientMetadataEntry *entries =
      arena_take(count * sizeof *entries);
  effective.client_metadata = arena_take(count * sizeof *effective.client_metadata);
  effective.n_client_metadata = count;
  for (size_t i = 0; i < count; i++) {
    provisioning__v1__effective_request__client_metadata_entry__init(&entries[i]);
    entries[i].key = request->client_metadata[i]->key;
    entries[i].value = request->client_metadata[i]->value;
    effective.client_metadata[i] = &entries[i];
  }
  Provisioning__V1__CreateUserResponse response = PROVISIONING__V1__CREATE_USER_RESPONSE__INIT;
  response.effective_request = &effective;
  return frame(&response, out);
}

// A UUID of a counter: as long as a real one.
static ProtobufCBinaryData identifier(char out[IDENTIFIER_SIZE]) {
  static unsigned long long next;
  snprintf(out, IDENTIFIER_SIZE, "01920000-0000-7000-8000-%012llx", ++next & 0xFFFFFFFFFFFF);
  return (ProtobufCBinaryData){36, (uint8_t *)out};
}

static Google__Protobuf__Timestamp timestamp(double seconds) {
  Google__Protobuf__Timestamp made = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
  made.seconds = (int64_t)seconds;
  made.nanos = (int32_t)((seconds - (double)made.seconds) * 1e9);
  return made;
}

size_t reply_created(
    const struct answer *answer, Provisioning__V1__MessageAction action,
    char creation[IDENTIFIER_SIZE], uint8_t *out) {
  Google__Protobuf__Timestamp created = timestamp(answer->create_date);
  Google__Protobuf__Timestamp modified = timestamp(answer->modified_date);
  Provisioning__V1__User user = PROVISIONING__V1__USER__INIT;
  user.username = data(answer->username);
  user.n_attributes = answer->attribute_count;
  user.attributes = answer->attributes;
  user.user_create_time = &created;
  user.user_last_modified_time = &modified;
  user.enabled = answer->enabled;
  struct text status = answer->status;
  user.user_status = status.length == 21 && memcmp(status.bytes, "FORCE_CHANGE_PASSWORD", 21) == 0
      ? PROVISIONING__V1__USER_STATUS__USER_STATUS_FORCE_CHANGE_PASSWORD
      : PROVISIONING__V1__USER_STATUS__USER_STATUS_UNKNOWN;
  user.sub = data(answer->sub);
  user.user_pool_id = literal(USER_POOL);
  Provisioning__V1__Invitation invitation = PROVISIONING__V1__INVITATION__INIT;
  Provisioning__V1__DeliveryMedium mediums[] = {
      PROVISIONING__V1__DELIVERY_MEDIUM__DELIVERY_MEDIUM_SMS,
      PROVISIONING__V1__DELIVERY_MEDIUM__DELIVERY_MEDIUM_EMAIL};
  invitation.state = action == PROVISIONING__V1__MESSAGE_ACTION__MESSAGE_ACTION_SUPPRESS
      ? PROVISIONING__V1__INVITATION_STATE__INVITATION_STATE_SUPPRESSED
      : PROVISIONING__V1__INVITATION_STATE__INVITATION_STATE_SENT;
  invitation.n_mediums = 2;
  invitation.mediums = mediums;
  char request[IDENTIFIER_SIZE];
  Provisioning__V1__CreateUserResponse response = PROVISIONING__V1__CREATE_USER_RESPONSE__INIT;
  response.user = &user;
  response.invitation = &invitation;
  response.creation_id = identifier(creation);
  response.request_id = identifier(request);
  return frame(&response, out);
}
