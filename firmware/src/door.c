/* Each contact must be stable for the debounce time before it counts; until then its door is not known. */
#include "door.h"

#include "event.h"
#include "hardware.h"

#define DEBOUNCE_MS_DEFAULT 20u
#define ALL ((uint16_t)((1ul << BOARD_COMPARTMENTS) - 1u))

static uint16_t open_mask, known_mask, last_sample;
static uint8_t stable_ms[BOARD_COMPARTMENTS];
static uint8_t debounce_ms, open_level;

void door_start(void) {
  open_mask = known_mask = last_sample = 0;
  for (uint8_t door = 0; door < BOARD_COMPARTMENTS; door++) stable_ms[door] = 0;
  debounce_ms = DEBOUNCE_MS_DEFAULT;
  open_level = 1;
}

void door_configure(uint8_t debounce, uint8_t level) {
  debounce_ms = debounce;
  if (level == open_level) return;
  open_level = level;
  known_mask = 0;
}

uint16_t door_open_mask(void) { return open_mask; }
uint16_t door_known_mask(void) { return known_mask; }

static void settled(uint8_t door, uint16_t bit, uint16_t sample, uint32_t now_ms) {
  uint8_t was_known = (known_mask & bit) != 0;
  known_mask |= bit;
  open_mask = (uint16_t)((open_mask & ~bit) | (sample & bit));
  if (was_known) event_door_moved(door, (sample & bit) != 0, now_ms);
}

void door_poll(uint32_t now_ms) {
  uint16_t sample = board_contacts_read();
  if (!open_level) sample = (uint16_t)~sample;
  sample &= ALL;
  uint16_t bounced = sample ^ last_sample;
  uint16_t unsettled = (uint16_t)((sample ^ open_mask) | ~known_mask) & ALL;
  last_sample = sample;
  if (!(bounced | unsettled)) return;
  uint16_t bit = 1;
  for (uint8_t door = 0; door < BOARD_COMPARTMENTS; door++, bit = (uint16_t)(bit << 1)) {
    if (bounced & bit)
      stable_ms[door] = 0;
    else if (unsettled & bit && ++stable_ms[door] >= debounce_ms)
      settled(door, bit, sample, now_ms);
  }
}
