/* The ring of events. When it is full, of two events about the same thing the older one goes: the last state of
 * every door and the last end of every unlock are never lost (16 doors and 16 locks fill it exactly). */
#include "event.h"

#include <string.h>

#include "frame.h"

#define PAYLOAD_BYTES_MAX 8u
#define HEADER_BYTES 4u /* boot and previous, common to all events */
#define NOWHERE 0xFFu

struct kept {
  uint16_t number;
  uint8_t message;
  uint8_t about; /* compartment, or 0xFF */
  uint8_t length;
  uint8_t payload[PAYLOAD_BYTES_MAX];
};

static struct kept ring[EVENTS_KEPT];
static uint8_t kept_count;
static uint16_t last_number;
static uint16_t this_boot;
static uint32_t resend_at_ms;
static uint8_t resend_next; /* where the running round of sending again goes on */
static uint8_t merged_told;

_Static_assert(sizeof(struct message_unlock_ended) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");
_Static_assert(sizeof(struct message_door_moved) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");

/* Serial number arithmetic (RFC 1982): numbers wrap. */
static uint8_t after(uint16_t a, uint16_t b) { return a != b && (uint16_t)(a - b) < 0x8000u; }

void event_start(uint16_t boot) {
  this_boot = boot;
  kept_count = 0;
  last_number = 0;
  merged_told = 0;
  resend_next = 0;
}

uint8_t event_kept_count(void) { return kept_count; }

static void drop(uint8_t index) {
  if (index < resend_next) resend_next--;
  kept_count--;
  memmove(&ring[index], &ring[index + 1u], (kept_count - index) * sizeof(ring[0]));
}

static uint8_t send(uint8_t index) {
  struct {
    uint16_t boot, previous;
    uint8_t payload[PAYLOAD_BYTES_MAX];
  } __attribute__((packed)) fields;
  const struct kept *event = &ring[index];
  fields.boot = this_boot;
  fields.previous = index ? ring[index - 1u].number : 0;
  memcpy(fields.payload, event->payload, event->length);
  return frame_send(event->message, event->number, &fields, (uint8_t)(HEADER_BYTES + event->length));
}

/* An older event that a newer one of the same kind and compartment makes needless; the newest may be still outside. */
static uint8_t superseded(uint8_t message, uint8_t about) {
  for (uint8_t old = 0; old < kept_count; old++) {
    if (ring[old].message == message && ring[old].about == about) return old;
    for (uint8_t newer = (uint8_t)(old + 1u); newer < kept_count; newer++)
      if (ring[newer].message == ring[old].message && ring[newer].about == ring[old].about) return old;
  }
  return NOWHERE;
}

/* Neither a door's state nor an unlock's end: identity and status tell the rest. */
static uint8_t dispensable(void) {
  for (uint8_t index = 0; index < kept_count; index++)
    if (ring[index].about == NOWHERE) return index;
  return 0;
}

static void make_room(uint8_t message, uint8_t about) {
  uint8_t index = superseded(message, about);
  drop(index == NOWHERE ? dispensable() : index);
}

static void add(uint8_t message, uint8_t about, const void *payload, uint8_t length) {
  uint8_t merged = kept_count == EVENTS_KEPT;
  if (merged) make_room(message, about);
  last_number = last_number == UINT16_MAX ? 1 : (uint16_t)(last_number + 1u);
  struct kept *event = &ring[kept_count];
  event->number = last_number;
  event->message = message;
  event->about = about;
  event->length = length;
  memcpy(event->payload, payload, length);
  kept_count++;
  send((uint8_t)(kept_count - 1u));
  if (merged && !merged_told) {
    merged_told = 1;
    event_fault(FAULT_EVENTS_MERGED, last_number);
  }
}

void event_door_moved(uint8_t compartment, uint8_t open, uint32_t uptime_ms) {
  struct message_door_moved fields = {.compartment = compartment, .open = open, .uptime_ms = uptime_ms};
  add(MESSAGE_DOOR_MOVED, compartment, &fields.compartment, sizeof(fields) - HEADER_BYTES);
}

void event_unlock_ended(uint32_t unlock_id, uint8_t compartment, uint8_t state, uint16_t pulse_ms) {
  struct message_unlock_ended fields = {
      .unlock_id = unlock_id, .compartment = compartment, .state = state, .pulse_ms = pulse_ms};
  add(MESSAGE_UNLOCK_ENDED, compartment, (const uint8_t *)&fields + HEADER_BYTES, sizeof(fields) - HEADER_BYTES);
}

void event_started(uint8_t reset_cause, uint8_t safe_reason) {
  struct message_started fields = {.reset_cause = reset_cause, .safe_reason = safe_reason};
  add(MESSAGE_STARTED, NOWHERE, &fields.reset_cause, sizeof(fields) - HEADER_BYTES);
}

void event_fault(uint8_t code, uint16_t detail) {
  struct message_fault fields = {.code = code, .detail = detail};
  add(MESSAGE_FAULT, NOWHERE, &fields.code, sizeof(fields) - HEADER_BYTES);
}

void event_acknowledge(uint16_t boot, uint16_t up_to) {
  if (boot != this_boot || after(up_to, last_number)) return;
  while (kept_count && !after(ring[0].number, up_to)) drop(0);
  if (kept_count < EVENTS_KEPT / 2u) merged_told = 0;
}

void event_poll(uint32_t now_ms) {
  if (!kept_count) {
    resend_at_ms = now_ms + EVENT_RESEND_MS;
    return;
  }
  if ((int32_t)(now_ms - resend_at_ms) < 0) return;
  while (resend_next < kept_count) {
    if (!send(resend_next)) return; /* no room: goes on here in the next millisecond */
    resend_next++;
  }
  resend_next = 0;
  resend_at_ms = now_ms + EVENT_RESEND_MS;
}
