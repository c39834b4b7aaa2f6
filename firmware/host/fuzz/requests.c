/* The requests' table, told once more: lengths, ranges, and what each answer must say. */
#include "requests.h"

#include <stddef.h>
#include <string.h>

#include "../../src/event.h"
#include "../../src/uart.h"
#include "../../src/version.h"
#include "coils.h"
#include "events.h"
#include "inputs.h"
#include "kept.h"
#include "outputs.h"
#include "rule.h"

#define OWED_MAX 64u
#define ROOM_SURE FRAME_WIRE_BYTES_MAX /* with less, a reply may be dropped whole */
#define CODE(name) ((uint8_t)(1u << (name)))

struct owed {
  struct said reply;   /* message 0: nothing but an error will do */
  uint8_t exact;       /* so many fields' bytes are foretold */
  uint8_t request;     /* its message number */
  uint8_t errors;      /* codes that will do instead: bits */
  uint16_t states;     /* of an unlock: bits */
  uint32_t version;    /* of the settings */
};

static struct owed owed[OWED_MAX];
static uint8_t owed_count;
static uint8_t configured;
static uint16_t coils_before;
static uint8_t kept_before;

void requests_start(void) {
  owed_count = 0;
  configured = 0;
}

void requests_before(void) {
  coils_before = fake_coils;
  kept_before = event_kept_count();
}

static uint8_t not_configured(void) { return configured ? 0 : CODE(ERROR_NOT_CONFIGURED); }

static void foretold(struct owed *one, uint8_t message, const void *fields, uint8_t length, uint8_t exact) {
  one->reply.message = message;
  one->reply.length = length;
  one->exact = exact;
  if (length) memcpy(one->reply.fields, fields, length);
}

/* Each handler fills in the reply, and answers the codes that may, or else must, come instead. */
static uint8_t identify(const uint8_t *fields, struct owed *one) {
  (void)fields;
  struct message_identity identity = {
      .protocol_min = PROTOCOL_VERSION,
      .protocol_max = PROTOCOL_VERSION,
      .version_major = VERSION_MAJOR,
      .version_minor = VERSION_MINOR,
      .version_patch = VERSION_PATCH,
      .table_hash = PROTOCOL_TABLE_HASH,
      .compartments = BOARD_COMPARTMENTS,
      .pulse_ms_max = PULSE_MS_MAX,
      .boot = events_boot(),
      .reset_cause = world.cause,
      .kind = BOARD_KIND,
      .buttons = BOARD_BUTTONS,
  };
  memcpy(identity.serial_number, kept_serial_number(), sizeof(identity.serial_number));
  foretold(one, MESSAGE_IDENTITY, &identity, sizeof(identity), sizeof(identity));
  return 0;
}

static uint8_t configure(const uint8_t *fields, struct owed *one) {
  struct message_configure ask;
  memcpy(&ask, fields, sizeof(ask));
  if (ask.host_silent_ms < HOST_SILENT_MS_MIN || ask.host_silent_ms > HOST_SILENT_MS_MAX ||
      ask.open_wait_ms > OPEN_WAIT_MS_MAX || ask.debounce_ms == 0 || ask.debounce_ms > DEBOUNCE_MS_MAX ||
      ask.contact_open_level > 1 || ask.tamper_open_level > 1)
    return CODE(ERROR_VALUE_OUT_OF_RANGE);
  foretold(one, MESSAGE_CONFIGURED, 0, 0, 0);
  outputs_configured(ask.host_silent_ms);
  coils_configured(ask.open_wait_ms);
  inputs_configured(&ask);
  kept_configured(&ask);
  configured = 1;
  return 0;
}

static void unlock_reply(struct owed *one, uint32_t id, uint8_t compartment) {
  struct message_unlock_state reply = {.unlock_id = id, .compartment = compartment};
  foretold(one, MESSAGE_UNLOCK_STATE, &reply, sizeof(reply), sizeof(reply) - 1u);
}

static uint8_t unlock(const uint8_t *fields, struct owed *one) {
  struct message_unlock ask;
  uint8_t compartment;
  memcpy(&ask, fields, sizeof(ask));
  if (!configured) return not_configured();
  if (ask.pulse_ms < PULSE_MS_MIN || ask.pulse_ms > PULSE_MS_MAX) return CODE(ERROR_VALUE_OUT_OF_RANGE);
  uint8_t risen = ask.compartment < BOARD_COMPARTMENTS && (fake_coils & ~coils_before & (1u << ask.compartment));
  one->states = coils_asked(&ask, risen, &compartment);
  unlock_reply(one, ask.unlock_id, compartment);
  return 0;
}

static uint8_t unlock_status(const uint8_t *fields, struct owed *one) {
  struct message_unlock_status ask;
  uint8_t compartment;
  memcpy(&ask, fields, sizeof(ask));
  if (!configured) return not_configured();
  one->states = coils_status(ask.unlock_id, &compartment);
  unlock_reply(one, ask.unlock_id, compartment);
  return 0;
}

static uint8_t set_lamp(const uint8_t *fields, struct owed *one) {
  struct message_set_lamp ask;
  memcpy(&ask, fields, sizeof(ask));
  if (!configured) return not_configured();
  if (ask.compartment >= BOARD_COMPARTMENTS || ask.mode > LAMP_DIM || ask.level > LAMP_LEVEL_MAX)
    return CODE(ERROR_VALUE_OUT_OF_RANGE);
  foretold(one, MESSAGE_DONE, 0, 0, 0);
  outputs_lamp_set(&ask);
  return 0;
}

static uint8_t sound(const uint8_t *fields, struct owed *one) {
  struct message_sound ask;
  memcpy(&ask, fields, sizeof(ask));
  if (!configured) return not_configured();
  if (ask.duration_ms > SOUND_MS_MAX) return CODE(ERROR_VALUE_OUT_OF_RANGE);
  if (ask.frequency_hz && (ask.frequency_hz < SOUND_HZ_MIN || ask.frequency_hz > SOUND_HZ_MAX))
    return CODE(ERROR_VALUE_OUT_OF_RANGE);
  foretold(one, MESSAGE_DONE, 0, 0, 0);
  outputs_sound(&ask);
  return 0;
}

static uint8_t provision(const uint8_t *fields, struct owed *one) {
  uint8_t length = 0;
  while (length < 8 && fields[length] > ' ' && fields[length] <= '~') length++;
  for (uint8_t index = length; index < 8; index++)
    if (fields[index]) return CODE(ERROR_VALUE_OUT_OF_RANGE);
  if (!length) return CODE(ERROR_VALUE_OUT_OF_RANGE);
  foretold(one, MESSAGE_DONE, 0, 0, 0);
  kept_provisioned(fields);
  return 0;
}

static uint8_t heartbeat(const uint8_t *fields, struct owed *one) {
  (void)fields;
  struct message_status status = {
      .uptime_ms = world.now_ms,
      .boot = events_boot(),
      .doors_open = inputs_doors_open(),
      .doors_known = inputs_doors_known(),
      .coil = coils_on(),
      .safe_reason = outputs_safe_reason(),
      .frames_bad = talk_bad_count(),
      .events_kept = kept_before,
      .inputs = inputs_panel(),
  };
  foretold(one, MESSAGE_STATUS, &status, sizeof(status), offsetof(struct message_status, settings_pending));
  one->version = kept_version();
  return 0;
}

static uint8_t acknowledge(const uint8_t *fields, struct owed *one) {
  struct message_acknowledge ask;
  memcpy(&ask, fields, sizeof(ask));
  events_acknowledged(ask.boot, ask.up_to);
  (void)one;
  return 0;
}

static const struct {
  uint8_t message, length;
  uint8_t (*foretell)(const uint8_t *fields, struct owed *one);
} REQUESTS[] = {
    {MESSAGE_IDENTIFY, 0, identify},
    {MESSAGE_CONFIGURE, sizeof(struct message_configure), configure},
    {MESSAGE_UNLOCK, sizeof(struct message_unlock), unlock},
    {MESSAGE_UNLOCK_STATUS, sizeof(struct message_unlock_status), unlock_status},
    {MESSAGE_SET_LAMP, sizeof(struct message_set_lamp), set_lamp},
    {MESSAGE_SOUND, sizeof(struct message_sound), sound},
    {MESSAGE_PROVISION, sizeof(struct message_provision), provision},
    {MESSAGE_HEARTBEAT, 0, heartbeat},
    {MESSAGE_ACKNOWLEDGE, sizeof(struct message_acknowledge), acknowledge},
};

static uint8_t foretell(const struct said *request, struct owed *one) {
  for (uint32_t index = 0; index < sizeof(REQUESTS) / sizeof(REQUESTS[0]); index++) {
    if (REQUESTS[index].message != request->message) continue;
    if (request->length < REQUESTS[index].length) return CODE(ERROR_WRONG_LENGTH);
    return REQUESTS[index].foretell(request->fields, one);
  }
  return CODE(ERROR_UNKNOWN_MESSAGE);
}

void requests_after(const struct said *request, uint8_t room) {
  if (request) {
    struct owed *one = &owed[owed_count];
    RULE(owed_count < OWED_MAX, "the harness has room");
    memset(one, 0, sizeof(*one));
    outputs_host_heard();
    one->reply.id = request->id;
    one->request = request->message;
    one->errors = foretell(request, one);
    uint8_t dropped = room < ROOM_SURE && uart_free() == room;
    if ((one->reply.message || one->errors) && !dropped) owed_count++;
  }
}

static uint8_t answers(const struct said *reply, const struct owed *one) {
  if (reply->id != one->reply.id) return 0;
  if (reply->message != MESSAGE_ERROR) return reply->message == one->reply.message;
  return reply->length == sizeof(struct message_error) && reply->fields[0] == one->request;
}

/* It may be the first to name the boot. */
static void status_told(const struct said *reply, struct owed *one) {
  struct message_status said;
  memcpy(&said, reply->fields, sizeof(said));
  events_boot_told(said.boot);
  memcpy(&one->reply.fields[offsetof(struct message_status, boot)], &said.boot, sizeof(said.boot));
  RULE(said.settings_pending <= 1, "a flag is 0 or 1");
  if (!said.settings_pending) kept_settled(one->version);
  RULE(world_analog_was(BOARD_ANALOG_SUPPLY, said.supply) && world_analog_was(BOARD_ANALOG_REFERENCE, said.reference) &&
           world_analog_was(BOARD_ANALOG_TEMPERATURE, said.temperature),
       "what is measured was there");
}

static void identity_told(const struct said *reply, struct owed *one) {
  struct message_identity said;
  memcpy(&said, reply->fields, sizeof(said));
  events_boot_told(said.boot);
  memcpy(&one->reply.fields[offsetof(struct message_identity, boot)], &said.boot, sizeof(said.boot));
}

static void judge(const struct said *reply, struct owed *one) {
  if (reply->message == MESSAGE_ERROR) {
    RULE(reply->fields[1] < 8 && one->errors & CODE(reply->fields[1]), "an error is answered for its reason only");
    return;
  }
  RULE(reply->length == one->reply.length, "a reply is as long as declared");
  if (reply->message == MESSAGE_STATUS) status_told(reply, one);
  if (reply->message == MESSAGE_IDENTITY) identity_told(reply, one);
  RULE(memcmp(reply->fields, one->reply.fields, one->exact) == 0, "a reply says what is so");
  if (reply->message == MESSAGE_UNLOCK_STATE)
    RULE(reply->fields[5] < 16 && one->states & (1u << reply->fields[5]), "an unlock stands as it is told");
}

void requests_reply_heard(const struct said *reply) {
  RULE(owed_count && answers(reply, &owed[0]), "a reply answers the oldest request");
  judge(reply, &owed[0]);
  owed_count--;
  memmove(owed, owed + 1, owed_count * sizeof(owed[0]));
}

void requests_all_answered(void) { RULE(owed_count == 0, "each request is answered"); }
