/* Each contact must be stable for the debounce time before it counts; until then its door is not known. */
#include "door.h"

#include "debounce.h"
#include "event.h"
#include "hardware.h"

#define GROUPS ((BOARD_COMPARTMENTS + 7u) / 8u)
#define ALL ((uint16_t)((1ul << BOARD_COMPARTMENTS) - 1u))

static struct debouncer contacts[GROUPS];
static uint16_t untold_mask; /* moved, and not yet an event */
static uint32_t settled_ms;
static uint8_t open_level;

void door_start(void) {
  for (uint8_t group = 0; group < GROUPS; group++) debounce_start(&contacts[group], 0);
  untold_mask = 0;
}

void door_configure(uint8_t level) {
  if (level == open_level) return;
  open_level = level;
  untold_mask = 0;
  for (uint8_t group = 0; group < GROUPS; group++) contacts[group].known = 0;
}

uint16_t door_open_mask(void) {
  uint16_t mask = contacts[0].stable;
  if (GROUPS > 1) mask |= (uint16_t)((uint16_t)contacts[GROUPS - 1u].stable << 8);
  return mask;
}

uint16_t door_known_mask(void) {
  uint16_t mask = contacts[0].known;
  if (GROUPS > 1) mask |= (uint16_t)((uint16_t)contacts[GROUPS - 1u].known << 8);
  return mask;
}

void door_poll(uint32_t now_ms) {
  uint16_t sample = board_contacts_read();
  if (!open_level) sample = (uint16_t)~sample;
  uint16_t moved = debounce(&contacts[0], (uint8_t)sample, (uint8_t)ALL);
  if (GROUPS > 1)
    moved |= (uint16_t)((uint16_t)debounce(&contacts[GROUPS - 1u], (uint8_t)(sample >> 8), (uint8_t)(ALL >> 8)) << 8);
  if (!moved) return;
  untold_mask |= moved;
  settled_ms = now_ms;
}

uint8_t door_tell_next(void) {
  if (!untold_mask) return 0;
  uint8_t door = 0;
  uint16_t bit = 1;
  for (; !(untold_mask & bit); door++) bit = (uint16_t)(bit << 1);
  untold_mask &= (uint16_t)~bit;
  event_door_moved(door, (door_open_mask() & bit) != 0, settled_ms);
  return 1;
}
