/* Numbers rise by one, a number means one event, `previous` shows every gap that is not a merged move. */
#include "events.h"

#include <string.h>

#include "../../src/event.h"
#include "coils.h"
#include "inputs.h"
#include "outputs.h"
#include "rule.h"

#define TOLD_KEPT 1024u
#define HEADER_BYTES 4u /* boot and previous */
#define RESEND_SLACK_MS 2u

static struct said told[TOLD_KEPT]; /* by number */
static uint16_t newest, acknowledged;
static uint16_t boot, boot_before; /* the latest one that was told */
static uint32_t moved_ms; /* an event was heard, or its acknowledgement taken */

void events_start(void) {
  if (boot) boot_before = boot;
  boot = newest = acknowledged = 0;
  moved_ms = 0;
}

void events_forget_boots(void) { boot = boot_before = 0; }

uint16_t events_boot(void) { return boot; }
uint16_t events_newest(void) { return newest; }
uint16_t events_acknowledged_up_to(void) { return acknowledged; }

void events_boot_told(uint16_t number) {
  if (boot == number) return;
  RULE(boot == 0 && number != 0, "a boot has one number");
  if (boot_before && !world.eeprom_hurt)
    RULE((uint16_t)(number - boot_before - 1u) < 0x7FFFu, "a boot's number is new");
  boot = number;
}

static uint8_t length_of(uint8_t message) {
  switch (message) {
    case MESSAGE_STARTED: return sizeof(struct message_started);
    case MESSAGE_DOOR_MOVED: return sizeof(struct message_door_moved);
    case MESSAGE_UNLOCK_ENDED: return sizeof(struct message_unlock_ended);
    case MESSAGE_TAMPER_MOVED: return sizeof(struct message_tamper_moved);
    case MESSAGE_BUTTON_MOVED: return sizeof(struct message_button_moved);
    case MESSAGE_FAULT: return sizeof(struct message_fault);
    default: return 0;
  }
}

static uint8_t mergeable(uint8_t message) {
  return message == MESSAGE_DOOR_MOVED || message == MESSAGE_TAMPER_MOVED || message == MESSAGE_BUTTON_MOVED;
}

static void fault_told(const struct message_fault *fault) {
  RULE(fault->code >= FAULT_EVENTS_MERGED && fault->code <= FAULT_SETTINGS_LOST, "a fault has a known code");
  if (fault->code == FAULT_COIL_TOO_LONG) RULE(world.stuck, "only a pin that is high by itself is told as such");
  if (fault->code == FAULT_SETTINGS_LOST) RULE(world.eeprom_hurt, "settings are lost only when they were");
}

static void start_told(const struct said *event) {
  const struct message_started *start = (const void *)event->fields;
  RULE(event->id == 1, "a boot starts once");
  RULE(start->reset_cause == world.cause && start->safe_reason == outputs_start_reason(), "a start tells its reasons");
}

static void first_told(const struct said *event) {
  newest = event->id;
  told[event->id % TOLD_KEPT] = *event;
  if (event->id == 1) RULE(event->message == MESSAGE_STARTED, "the first event of a boot is its start");
  if (event->message == MESSAGE_STARTED) start_told(event);
  if (mergeable(event->message)) inputs_move_told(event);
  if (event->message == MESSAGE_UNLOCK_ENDED) coils_end_told((const void *)event->fields, event->id);
  if (event->message == MESSAGE_FAULT) fault_told((const void *)event->fields);
}

static void told_again(const struct said *event) {
  const struct said *first = &told[event->id % TOLD_KEPT];
  RULE(event->id != 0 && event->id <= newest, "a first number is the next one");
  RULE(event->id > acknowledged, "what was acknowledged is not sent again");
  RULE(first->message == event->message && first->length == event->length &&
           memcmp(first->fields + HEADER_BYTES, event->fields + HEADER_BYTES, event->length - HEADER_BYTES) == 0,
       "a number means one event");
}

static void previous_good(const struct said *event, uint16_t previous) {
  RULE(previous < event->id, "`previous` is before");
  RULE(previous == 0 || previous > acknowledged, "`previous` is kept");
  uint16_t from = previous > acknowledged ? previous : acknowledged;
  for (uint16_t number = (uint16_t)(from + 1u); number < event->id; number++)
    RULE(mergeable(told[number % TOLD_KEPT].message), "`previous` passes over merged moves only");
}

void events_heard(const struct said *event) {
  uint16_t previous;
  RULE(length_of(event->message) && length_of(event->message) == event->length, "a sent message is as declared");
  events_boot_told((uint16_t)(event->fields[0] | event->fields[1] << 8));
  memcpy(&previous, event->fields + 2, sizeof(previous));
  previous_good(event, previous);
  if (event->id == newest + 1u)
    first_told(event);
  else
    told_again(event);
  moved_ms = world.now_ms;
}

void events_acknowledged(uint16_t of_boot, uint16_t up_to) {
  if (of_boot != boot || boot == 0 || up_to > newest || up_to <= acknowledged) return;
  acknowledged = up_to;
  moved_ms = world.now_ms;
}

void events_polled(uint32_t since_ms) {
  if (world.stalled || event_kept_count() == 0) {
    moved_ms = world.now_ms;
    return;
  }
  RULE(world.now_ms - moved_ms <= EVENT_RESEND_MS + RESEND_SLACK_MS + since_ms, "kept events are sent again");
}
