/* The kept events stay in their slots; their order is a ring of slot numbers, oldest first:
 *
 *   | sent this round | numbered | not yet numbered | free slots |     a number is given at the first sending
 *   0          sent_count   numbered_count       kept_count
 *
 * Only WINDOW events are under way at once: a host that was away gets the old ones first, and a contact that chatters
 * meanwhile uses up no numbers. When the ring is full, of two events about one thing (a door, the tamper input, a
 * button) the older one goes; the last state of every thing and each end of an unlock are never lost. */
#include "event.h"

#include <string.h>

#include "assertion.h"
#include "frame.h"
#include "hardware.h"
#include "protocol.h"
#include "uart.h"

#define PAYLOAD_BYTES_MAX 8u
#define HEADER_BYTES 4u /* boot and previous, common to all events */
#define WIRE_BYTES_MAX (HEADER_BYTES + PAYLOAD_BYTES_MAX + 7u) /* COBS code, message, id, CRC, delimiter */
#define NOWHERE 0xFFu
#define WINDOW 8u /* 15 ms of the line: acknowledged well within EVENT_RESEND_MS */
#define FAULT_CODES_COUNT 3u

/* Things have a state, of which only the last counts; anything else that is told is NO_THING. */
#define TAMPER BOARD_COMPARTMENTS
#define BUTTON_FIRST (TAMPER + 1u)
#define THINGS (BUTTON_FIRST + BOARD_BUTTONS)
#define NO_THING 0xFFu

/* What cannot be merged fits beside the last state of each thing, `started` and one fault of each code. */
#define ENDS_KEPT_MAX (EVENTS_KEPT - THINGS - 1u - FAULT_CODES_COUNT)

struct kept {
  uint16_t number;
  uint8_t message;
  uint8_t thing;
  uint8_t length;
  uint8_t payload[PAYLOAD_BYTES_MAX];
};

static struct kept slots[EVENTS_KEPT];
static uint8_t superseded[EVENTS_KEPT]; /* by slot: a newer event of the same thing is kept */
static uint8_t order[EVENTS_KEPT], head; /* every slot once; the oldest event's stands at `head` */
static uint8_t kept_count, numbered_count, sent_count;
static uint8_t newest_of[THINGS]; /* the slot, or NOWHERE */
static uint16_t last_number;
static uint16_t this_boot;
static uint32_t round_ms, poll_ms;
static uint8_t ends_kept;
static uint8_t faults_kept; /* bit n: a fault of code n */
static uint8_t merged;      /* and not yet told */

_Static_assert(ENDS_KEPT_MAX >= 4, "some unlocks may end while the host is away");
_Static_assert((EVENTS_KEPT & (EVENTS_KEPT - 1u)) == 0, "the ring wraps by a mask");
_Static_assert(sizeof(struct message_unlock_ended) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");
_Static_assert(sizeof(struct message_door_moved) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");
_Static_assert(sizeof(struct message_button_moved) - HEADER_BYTES <= PAYLOAD_BYTES_MAX, "payload fits");

void event_start(uint16_t boot) {
  this_boot = boot;
  kept_count = numbered_count = sent_count = head = 0;
  last_number = 0;
  ends_kept = faults_kept = merged = 0;
  poll_ms = 0;
  for (uint8_t slot = 0; slot < EVENTS_KEPT; slot++) order[slot] = slot;
  memset(newest_of, NOWHERE, sizeof(newest_of));
}

uint8_t event_kept_count(void) { return kept_count; }

uint8_t event_room_for_unlock(uint8_t under_way) { return ends_kept + under_way < ENDS_KEPT_MAX; }

static uint8_t *place(uint8_t index) { return &order[(head + index) % EVENTS_KEPT]; }

static void forget(uint8_t slot) {
  const struct kept *event = &slots[slot];
  if (event->message == MESSAGE_UNLOCK_ENDED) ends_kept--;
  if (event->message == MESSAGE_FAULT) faults_kept &= (uint8_t)~(1u << event->payload[0]);
  if (event->thing != NO_THING && newest_of[event->thing] == slot) newest_of[event->thing] = NOWHERE;
}

static void drop(uint8_t index) {
  uint8_t slot = *place(index);
  forget(slot);
  if (index < numbered_count) numbered_count--;
  if (index < sent_count) sent_count--;
  kept_count--;
  if (index == 0) {
    /* Where it stood is the end of the free slots now. */
    head = (uint8_t)(head + 1u) % EVENTS_KEPT;
    return;
  }
  uint8_t at = (uint8_t)(head + index) % EVENTS_KEPT;
  for (uint8_t after = kept_count - index; after; after--) {
    uint8_t next = (uint8_t)(at + 1u) % EVENTS_KEPT;
    order[at] = order[next];
    at = next;
  }
  order[at] = slot;
}

static uint8_t superseded_between(uint8_t index, uint8_t end) {
  uint8_t at = (uint8_t)(head + index) % EVENTS_KEPT;
  for (; index < end; index++) {
    if (superseded[order[at]]) return index;
    at = (uint8_t)(at + 1u) % EVENTS_KEPT;
  }
  return NOWHERE;
}

/* The oldest event with a newer one of the same thing. One that the host has not heard of goes first. */
static void make_room(void) {
  uint8_t index = superseded_between(numbered_count, kept_count);
  if (index == NOWHERE) index = superseded_between(0, numbered_count);
  ASSERT(index != NOWHERE);
  drop(index);
  merged = 1;
}

static void add(uint8_t message, uint8_t thing, const void *payload, uint8_t length) {
  if (thing != NO_THING && newest_of[thing] != NOWHERE) superseded[newest_of[thing]] = 1;
  if (kept_count == EVENTS_KEPT) make_room();
  uint8_t slot = *place(kept_count);
  struct kept *event = &slots[slot];
  event->message = message;
  event->thing = thing;
  event->length = length;
  memcpy(event->payload, payload, length);
  superseded[slot] = 0;
  if (thing != NO_THING) newest_of[thing] = slot;
  kept_count++;
}

void event_door_moved(uint8_t compartment, uint8_t open, uint32_t uptime_ms) {
  struct message_door_moved fields = {.compartment = compartment, .open = open, .uptime_ms = uptime_ms};
  add(MESSAGE_DOOR_MOVED, compartment, &fields.compartment, sizeof(fields) - HEADER_BYTES);
}

void event_tamper_moved(uint8_t open, uint32_t uptime_ms) {
  struct message_tamper_moved fields = {.open = open, .uptime_ms = uptime_ms};
  add(MESSAGE_TAMPER_MOVED, TAMPER, &fields.open, sizeof(fields) - HEADER_BYTES);
}

void event_button_moved(uint8_t button, uint8_t pressed, uint32_t uptime_ms) {
  struct message_button_moved fields = {.button = button, .pressed = pressed, .uptime_ms = uptime_ms};
  add(MESSAGE_BUTTON_MOVED, (uint8_t)(BUTTON_FIRST + button), &fields.button, sizeof(fields) - HEADER_BYTES);
}

void event_unlock_ended(uint32_t unlock_id, uint8_t compartment, uint8_t state, uint16_t pulse_ms) {
  struct message_unlock_ended fields = {
      .unlock_id = unlock_id, .compartment = compartment, .state = state, .pulse_ms = pulse_ms};
  add(MESSAGE_UNLOCK_ENDED, NO_THING, (const uint8_t *)&fields + HEADER_BYTES, sizeof(fields) - HEADER_BYTES);
  ends_kept++;
  ASSERT(ends_kept <= ENDS_KEPT_MAX);
}

void event_started(uint8_t reset_cause, uint8_t safe_reason) {
  struct message_started fields = {.reset_cause = reset_cause, .safe_reason = safe_reason};
  add(MESSAGE_STARTED, NO_THING, &fields.reset_cause, sizeof(fields) - HEADER_BYTES);
}

void event_fault(uint8_t code, uint16_t detail) {
  uint8_t bit = (uint8_t)(1u << code);
  if (faults_kept & bit) return;
  faults_kept |= bit;
  struct message_fault fields = {.code = code, .detail = detail};
  add(MESSAGE_FAULT, NO_THING, &fields.code, sizeof(fields) - HEADER_BYTES);
}

void event_acknowledge(uint16_t boot, uint16_t up_to) {
  if (boot != this_boot || !numbered_count) return;
  /* Distances from the oldest order the numbers even when they have wrapped. */
  uint16_t oldest = slots[*place(0)].number;
  uint16_t span = (uint16_t)(up_to - oldest);
  if (span > (uint16_t)(last_number - oldest)) return;
  while (numbered_count && (uint16_t)(slots[*place(0)].number - oldest) <= span) drop(0);
  round_ms = poll_ms;
}

static void number(struct kept *event) {
  last_number = last_number == UINT16_MAX ? 1 : (uint16_t)(last_number + 1u);
  event->number = last_number;
  numbered_count++;
}

static APART uint8_t send(uint8_t index) {
  struct {
    uint16_t boot, previous;
    uint8_t payload[PAYLOAD_BYTES_MAX];
  } __attribute__((packed)) fields;
  /* Room for a reply is left: events never crowd one out. */
  if (uart_free() < WIRE_BYTES_MAX + FRAME_WIRE_BYTES_MAX) return 0;
  struct kept *event = &slots[*place(index)];
  if (index == numbered_count) number(event);
  fields.boot = this_boot;
  fields.previous = index ? slots[*place((uint8_t)(index - 1u))].number : 0;
  memcpy(fields.payload, event->payload, event->length);
  return frame_send(event->message, event->number, &fields, (uint8_t)(HEADER_BYTES + event->length));
}

void event_poll(uint32_t now_ms) {
  poll_ms = now_ms;
  if (sent_count && now_ms - round_ms >= EVENT_RESEND_MS) sent_count = 0;
  if (!merged) return;
  event_fault(FAULT_EVENTS_MERGED, last_number);
  merged = 0;
}

uint8_t event_send_next(uint32_t now_ms) {
  if (sent_count == kept_count || sent_count == WINDOW || !send(sent_count)) return 0;
  if (!sent_count) round_ms = now_ms;
  sent_count++;
  return 1;
}
