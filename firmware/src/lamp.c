/* Lamps are masks: one for each eighth of a cycle, and two for those that change; a millisecond's picture is a few
 * instructions away. */
#include "lamp.h"

#include "hardware.h"
#include "protocol.h"

#define BLINK_BIT 0x100u    /* changes every 256 ms: about 2 Hz */
#define BREATHE_MASK 0x7FFu /* 2 s up and down */
#define EIGHTHS LAMP_LEVEL_MAX /* of a cycle, 1 ms each: 125 Hz is above what an eye can follow */

static uint16_t lit_masks[EIGHTHS], blink_mask, breathe_mask;

void lamp_set(uint8_t compartment, uint8_t mode, uint8_t level) {
  uint16_t bit = (uint16_t)(1u << compartment);
  if (mode != LAMP_DIM) level = mode == LAMP_ON ? LAMP_LEVEL_MAX : 0;
  for (uint8_t eighth = 0; eighth < EIGHTHS; eighth++) {
    lit_masks[eighth] &= (uint16_t)~bit;
    if (eighth < level) lit_masks[eighth] |= bit;
  }
  blink_mask &= (uint16_t)~bit;
  breathe_mask &= (uint16_t)~bit;
  if (mode == LAMP_BLINK) blink_mask |= bit;
  if (mode == LAMP_BREATHE) breathe_mask |= bit;
}

void lamp_all_off(void) {
  for (uint8_t eighth = 0; eighth < EIGHTHS; eighth++) lit_masks[eighth] = 0;
  blink_mask = breathe_mask = 0;
  board_lamps_write(0);
}

void lamp_poll(uint32_t now_ms) {
  uint8_t eighth = (uint8_t)now_ms % EIGHTHS;
  uint16_t lit = lit_masks[eighth];
  if (now_ms & BLINK_BIT) lit |= blink_mask;
  uint16_t phase = (uint16_t)now_ms & BREATHE_MASK;
  if (phase > BREATHE_MASK / 2u) phase = BREATHE_MASK - phase;
  if (eighth <= phase >> 7) lit |= breathe_mask;
  board_lamps_write(lit);
}
