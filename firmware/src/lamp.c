/* Lamps are four masks: one for each mode; a millisecond's picture is two ANDs away. */
#include "lamp.h"

#include "hardware.h"
#include "protocol.h"

#define BLINK_BIT 0x100u    /* changes every 256 ms: about 2 Hz */
#define BREATHE_MASK 0x7FFu /* 2 s up and down */
#define DUTY_MASK 0x7u      /* eight steps at 125 Hz: above what an eye can follow */

static uint16_t on_mask, blink_mask, breathe_mask;

void lamp_set(uint8_t compartment, uint8_t mode) {
  uint16_t bit = (uint16_t)(1u << compartment);
  on_mask &= (uint16_t)~bit;
  blink_mask &= (uint16_t)~bit;
  breathe_mask &= (uint16_t)~bit;
  if (mode == LAMP_ON) on_mask |= bit;
  if (mode == LAMP_BLINK) blink_mask |= bit;
  if (mode == LAMP_BREATHE) breathe_mask |= bit;
}

void lamp_all_off(void) {
  on_mask = blink_mask = breathe_mask = 0;
  board_lamps_write(0);
}

void lamp_poll(uint32_t now_ms) {
  uint16_t lit = on_mask;
  if (now_ms & BLINK_BIT) lit |= blink_mask;
  uint16_t phase = (uint16_t)now_ms & BREATHE_MASK;
  if (phase > BREATHE_MASK / 2u) phase = BREATHE_MASK - phase;
  if (((uint16_t)now_ms & DUTY_MASK) <= phase >> 7) lit |= breathe_mask;
  board_lamps_write(lit);
}
