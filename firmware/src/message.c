/* One handler for each request. A handler answers an ERROR_* code, or 0 when it has replied. */
#include "message.h"

#include <string.h>

#include "analog.h"
#include "buzzer.h"
#include "debounce.h"
#include "door.h"
#include "event.h"
#include "hardware.h"
#include "lamp.h"
#include "lock.h"
#include "panel.h"
#include "protocol.h"
#include "safe.h"
#include "settings.h"
#include "version.h"

#define DONE 0u

static uint16_t this_boot;
static uint8_t this_reset_cause;
static uint8_t configured; /* by the host, in this boot: what an earlier one wanted opens no door */

static void apply(const struct message_configure *settings) {
  safe_configure(settings->host_silent_ms);
  lock_configure(settings->open_wait_ms);
  debounce_configure(settings->debounce_ms);
  door_configure(settings->contact_open_level);
  panel_configure(settings->tamper_open_level);
}

void message_start(uint16_t boot, uint8_t reset_cause) {
  this_boot = boot;
  this_reset_cause = reset_cause;
  configured = 0;
  apply(settings_configured());
}

static uint8_t identify(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_identity reply = {
      .protocol_min = PROTOCOL_VERSION,
      .protocol_max = PROTOCOL_VERSION,
      .version_major = VERSION_MAJOR,
      .version_minor = VERSION_MINOR,
      .version_patch = VERSION_PATCH,
      .table_hash = PROTOCOL_TABLE_HASH,
      .compartments = BOARD_COMPARTMENTS,
      .pulse_ms_max = PULSE_MS_MAX,
      .boot = this_boot,
      .reset_cause = this_reset_cause,
      .kind = BOARD_KIND,
      .buttons = BOARD_BUTTONS,
  };
  memcpy(reply.serial_number, settings_serial_number(), sizeof(reply.serial_number));
  frame_send(MESSAGE_IDENTITY, frame->id, &reply, sizeof(reply));
  return DONE;
}

static uint8_t configure(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_configure request;
  memcpy(&request, frame->fields, sizeof(request));
  if (request.host_silent_ms < HOST_SILENT_MS_MIN || request.host_silent_ms > HOST_SILENT_MS_MAX ||
      request.open_wait_ms > OPEN_WAIT_MS_MAX || request.debounce_ms == 0 ||
      request.debounce_ms > DEBOUNCE_MS_MAX || request.contact_open_level > 1 || request.tamper_open_level > 1)
    return ERROR_VALUE_OUT_OF_RANGE;
  settings_configure(&request);
  apply(&request);
  configured = 1;
  frame_send(MESSAGE_CONFIGURED, frame->id, 0, 0);
  return DONE;
}

static void reply_unlock(uint16_t id, uint32_t unlock_id, uint8_t compartment, uint8_t state) {
  struct message_unlock_state reply = {.unlock_id = unlock_id, .compartment = compartment, .state = state};
  frame_send(MESSAGE_UNLOCK_STATE, id, &reply, sizeof(reply));
}

static uint8_t unlock(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_unlock request;
  memcpy(&request, frame->fields, sizeof(request));
  if (request.pulse_ms < PULSE_MS_MIN || request.pulse_ms > PULSE_MS_MAX) return ERROR_VALUE_OUT_OF_RANGE;
  uint8_t compartment = request.compartment;
  uint8_t state = lock_unlock(request.unlock_id, &compartment, request.pulse_ms);
  reply_unlock(frame->id, request.unlock_id, compartment, state);
  return DONE;
}

static uint8_t unlock_status(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_unlock_status request;
  memcpy(&request, frame->fields, sizeof(request));
  uint8_t compartment;
  uint8_t state = lock_state(request.unlock_id, &compartment);
  reply_unlock(frame->id, request.unlock_id, compartment, state);
  return DONE;
}

static uint8_t set_lamp(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_set_lamp request;
  memcpy(&request, frame->fields, sizeof(request));
  if (request.compartment >= BOARD_COMPARTMENTS || request.mode > LAMP_DIM || request.level > LAMP_LEVEL_MAX)
    return ERROR_VALUE_OUT_OF_RANGE;
  lamp_set(request.compartment, request.mode, request.level);
  frame_send(MESSAGE_DONE, frame->id, 0, 0);
  return DONE;
}

static uint8_t sound(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_sound request;
  memcpy(&request, frame->fields, sizeof(request));
  if (request.duration_ms > SOUND_MS_MAX) return ERROR_VALUE_OUT_OF_RANGE;
  if (request.frequency_hz && (request.frequency_hz < SOUND_HZ_MIN || request.frequency_hz > SOUND_HZ_MAX))
    return ERROR_VALUE_OUT_OF_RANGE;
  buzzer_sound(request.frequency_hz, request.duration_ms);
  frame_send(MESSAGE_DONE, frame->id, 0, 0);
  return DONE;
}

static uint8_t serial_number_good(const uint8_t *text) {
  uint8_t length = 0;
  while (length < SERIAL_NUMBER_BYTES && text[length] >= 0x21 && text[length] <= 0x7E) length++;
  for (uint8_t rest = length; rest < SERIAL_NUMBER_BYTES; rest++)
    if (text[rest]) return 0;
  return length != 0;
}

static uint8_t provision(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  if (!serial_number_good(frame->fields)) return ERROR_VALUE_OUT_OF_RANGE;
  settings_provision(frame->fields);
  frame_send(MESSAGE_DONE, frame->id, 0, 0);
  return DONE;
}

static uint8_t heartbeat(const struct frame *frame, uint32_t now_ms) {
  struct message_status reply = {
      .uptime_ms = now_ms,
      .boot = this_boot,
      .doors_open = door_open_mask(),
      .doors_known = door_known_mask(),
      .coil = lock_coil(),
      .safe_reason = safe_reason(),
      .frames_bad = frame_bad_count(),
      .events_kept = event_kept_count(),
      .inputs = panel_inputs(),
      .settings_pending = settings_pending(),
      .supply = analog_supply(),
      .temperature = analog_temperature(),
      .reference = analog_reference(),
  };
  frame_send(MESSAGE_STATUS, frame->id, &reply, sizeof(reply));
  return DONE;
}

static uint8_t acknowledge(const struct frame *frame, uint32_t now_ms) {
  (void)now_ms;
  struct message_acknowledge request;
  memcpy(&request, frame->fields, sizeof(request));
  event_acknowledge(request.boot, request.up_to);
  return DONE;
}

/* What is urgent first. */
static const IN_FLASH struct {
  uint8_t message;
  uint8_t length;
  uint8_t needs_settings;
  uint8_t (*handle)(const struct frame *frame, uint32_t now_ms);
} HANDLERS[] = {
    {MESSAGE_UNLOCK, sizeof(struct message_unlock), 1, unlock},
    {MESSAGE_UNLOCK_STATUS, sizeof(struct message_unlock_status), 1, unlock_status},
    {MESSAGE_ACKNOWLEDGE, sizeof(struct message_acknowledge), 0, acknowledge},
    {MESSAGE_HEARTBEAT, 0, 0, heartbeat},
    {MESSAGE_SET_LAMP, sizeof(struct message_set_lamp), 1, set_lamp},
    {MESSAGE_SOUND, sizeof(struct message_sound), 1, sound},
    {MESSAGE_IDENTIFY, 0, 0, identify},
    {MESSAGE_CONFIGURE, sizeof(struct message_configure), 0, configure},
    {MESSAGE_PROVISION, sizeof(struct message_provision), 0, provision},
};

static uint8_t dispatch(const struct frame *frame, uint32_t now_ms) {
  for (uint8_t index = 0; index < sizeof(HANDLERS) / sizeof(HANDLERS[0]); index++) {
    if (HANDLERS[index].message != frame->message) continue;
    /* Longer is a later version's: what is appended is passed over. */
    if (frame->length < HANDLERS[index].length) return ERROR_WRONG_LENGTH;
    if (HANDLERS[index].needs_settings && !configured) return ERROR_NOT_CONFIGURED;
    return HANDLERS[index].handle(frame, now_ms);
  }
  return ERROR_UNKNOWN_MESSAGE;
}

void message_handle(const struct frame *frame, uint32_t now_ms) {
  safe_host_heard(now_ms);
  uint8_t code = dispatch(frame, now_ms);
  if (code == DONE) return;
  struct message_error reply = {.message = frame->message, .code = code};
  frame_send(MESSAGE_ERROR, frame->id, &reply, sizeof(reply));
}
