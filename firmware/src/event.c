/* The kept events, oldest first:
 *
 *   | sent this round | numbered | not yet numbered |     a number is given at the first sending
 *   0          sent_count   numbered_count       kept_count
 *
 * Only WINDOW events are under way at once: a host that was away gets the old ones first, and a contact that chatters
 * meanwhile uses up no numbers. When the ring is full, of two events about one door the older one goes; the last state
 * of every door and each end of an unlock are never lost. */
#include "event.h"

#include <string.h>

#include "frame.h"
#include "hardware.h"
#include "uart.h"

#define PAYLOAD_BYTES_MAX 8u
#define HEADER_BYTES 4u /* boot and previous, common to all events */
#define NOWHERE 0xFFu
#define WINDOW 8u /* 15 ms of the line: acknowledged well within EVENT_RESEND_MS */
#define FAULT_CODES_COUNT 3u
/* What cannot be merged fits beside the last state of each door, `started` and one fault of each code. */
#define ENDS_KEPT_MAX (EVENTS_KEPT - BOARD_COMPARTMENTS - 1u - FAULT_CODES_COUNT)

struct kept {
  uint16_t number;
  uint8_t message;
  uint8_t about; /* compartment, fault code, or 0xFF */
  uint8_t length;
  uint8_t payload[PAYLOAD_BYTES_MAX];
};

static struct kept ring[EVENTS_KEPT];
static uint8_t kept_count, numbered_count, sent_count;
static uint16_t last_number;
static uint16_t this_boot;
static uint32_t round_ms, poll_ms;
static uint8_t ends_kept;
static uint8_t faults_kept; /* bit n: a fault of code n */

_Static_assert(sizeof(struct message_unlock_ended) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");
_Static_assert(sizeof(struct message_door_moved) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");

void event_start(uint16_t boot) {
  this_boot = boot;
  kept_count = numbered_count = sent_count = 0;
  last_number = 0;
  ends_kept = faults_kept = 0;
  poll_ms = 0;
}

uint8_t event_kept_count(void) { return kept_count; }

uint8_t event_room_for_unlock(uint8_t under_way) { return ends_kept + under_way < ENDS_KEPT_MAX; }

static void drop(uint8_t index) {
  if (ring[index].message == MESSAGE_UNLOCK_ENDED) ends_kept--;
  if (ring[index].message == MESSAGE_FAULT) faults_kept &= (uint8_t)~(1u << ring[index].about);
  if (index < numbered_count) numbered_count--;
  if (index < sent_count) sent_count--;
  kept_count--;
  memmove(&ring[index], &ring[index + 1u], (kept_count - index) * sizeof(ring[0]));
}

static void number(struct kept *event) {
  last_number = last_number == UINT16_MAX ? 1 : (uint16_t)(last_number + 1u);
  event->number = last_number;
  numbered_count++;
}

static uint8_t send(uint8_t index) {
  struct {
    uint16_t boot, previous;
    uint8_t payload[PAYLOAD_BYTES_MAX];
  } __attribute__((packed)) fields;
  /* The second frame is a reply's: events never crowd one out. */
  if (uart_free() < 2u * FRAME_WIRE_BYTES_MAX) return 0;
  struct kept *event = &ring[index];
  if (index == numbered_count) number(event);
  fields.boot = this_boot;
  fields.previous = index ? ring[index - 1u].number : 0;
  memcpy(fields.payload, event->payload, event->length);
  return frame_send(event->message, event->number, &fields, (uint8_t)(HEADER_BYTES + event->length));
}

static uint16_t door_bit(uint8_t message, uint8_t about) {
  return message == MESSAGE_DOOR_MOVED ? (uint16_t)(1u << about) : 0;
}

/* The oldest door event with a newer one of the same door. One that the host has not heard of goes first. */
static uint8_t superseded(uint16_t doors_newer) {
  uint8_t found = NOWHERE;
  for (uint8_t index = kept_count; index-- > 0;) {
    uint16_t door = door_bit(ring[index].message, ring[index].about);
    if (door & doors_newer && (found == NOWHERE || index >= numbered_count || found < numbered_count)) found = index;
    doors_newer |= door;
  }
  return found;
}

/* ENDS_KEPT_MAX leaves one to drop; if it were not so, a door's move is told by `status` as well. */
static void make_room(uint8_t message, uint8_t about) {
  uint8_t index = superseded(door_bit(message, about));
  drop(index == NOWHERE ? 0 : index);
}

static void add(uint8_t message, uint8_t about, const void *payload, uint8_t length) {
  uint8_t merged = kept_count == EVENTS_KEPT;
  if (merged) make_room(message, about);
  struct kept *event = &ring[kept_count];
  event->message = message;
  event->about = about;
  event->length = length;
  memcpy(event->payload, payload, length);
  kept_count++;
  if (message == MESSAGE_UNLOCK_ENDED) ends_kept++;
  if (merged) event_fault(FAULT_EVENTS_MERGED, last_number);
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
  uint8_t bit = (uint8_t)(1u << code);
  if (faults_kept & bit) return;
  faults_kept |= bit;
  struct message_fault fields = {.code = code, .detail = detail};
  add(MESSAGE_FAULT, code, &fields.code, sizeof(fields) - HEADER_BYTES);
}

void event_acknowledge(uint16_t boot, uint16_t up_to) {
  if (boot != this_boot || !numbered_count) return;
  /* Distances from the oldest order the numbers even when they have wrapped. */
  uint16_t oldest = ring[0].number;
  uint16_t span = (uint16_t)(up_to - oldest);
  if (span > (uint16_t)(last_number - oldest)) return;
  while (numbered_count && (uint16_t)(ring[0].number - oldest) <= span) drop(0);
  round_ms = poll_ms;
}

void event_poll(uint32_t now_ms) {
  poll_ms = now_ms;
  if (sent_count && now_ms - round_ms >= EVENT_RESEND_MS) sent_count = 0;
  while (sent_count < kept_count && sent_count < WINDOW && send(sent_count)) {
    if (!sent_count) round_ms = now_ms;
    sent_count++;
  }
}
