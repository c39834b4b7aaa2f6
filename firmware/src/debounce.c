/* Quiet inputs cost a few instructions for eight; a count is kept only for what has moved. */
#include "debounce.h"

#include "hardware.h"

static uint8_t debounce_ms;

void debounce_configure(uint8_t ms) { debounce_ms = ms; }

void debounce_start(struct debouncer *inputs, uint8_t known) {
  inputs->stable = inputs->last = 0;
  inputs->known = known;
  for (uint8_t index = 0; index < 8; index++) inputs->stable_ms[index] = 0;
}

/* The inputs that have just become stable. */
static uint8_t count(uint8_t *stable_ms, uint8_t bounced, uint8_t unsettled) {
  uint8_t settled = 0;
  for (uint8_t bit = 1; bit; bit = (uint8_t)(bit << 1), stable_ms++) {
    if (bounced & bit)
      *stable_ms = 0;
    else if (unsettled & bit && ++*stable_ms >= debounce_ms)
      settled |= bit;
  }
  return settled;
}

static APART uint8_t settle(struct debouncer *inputs, uint8_t sample, uint8_t bounced, uint8_t unsettled) {
  uint8_t settled = count(inputs->stable_ms, bounced, unsettled);
  uint8_t moved = settled & inputs->known;
  inputs->last = sample;
  inputs->known |= settled;
  inputs->stable = (uint8_t)((inputs->stable & ~settled) | (sample & settled));
  return moved;
}

uint8_t debounce(struct debouncer *inputs, uint8_t sample, uint8_t all) {
  uint8_t bounced = (sample ^ inputs->last) & all;
  uint8_t unsettled = (uint8_t)((sample ^ inputs->stable) | ~inputs->known) & all;
  if (!(bounced | unsettled)) return 0;
  return settle(inputs, sample, bounced, unsettled);
}
