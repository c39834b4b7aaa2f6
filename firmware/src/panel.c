/* One byte of inputs, in the bits that `status` has for them. */
#include "panel.h"

#include "debounce.h"
#include "event.h"
#include "hardware.h"

#define TAMPER 0x01u
#define TAMPER_KNOWN 0x02u
#define BUTTON_FIRST 4u
#define BUTTONS ((uint8_t)(((1u << BOARD_BUTTONS) - 1u) << BUTTON_FIRST))

static struct debouncer inputs;
static uint8_t untold; /* moved, and not yet an event */
static uint32_t settled_ms;
static uint8_t tamper_open_level;

/* A button counts as released until it is known: one that is held down at the start is told as a move. */
void panel_start(void) {
  debounce_start(&inputs, BUTTONS);
  untold = 0;
}

void panel_configure(uint8_t open_level) {
  if (open_level == tamper_open_level) return;
  tamper_open_level = open_level;
  untold &= (uint8_t)~TAMPER;
  inputs.known &= (uint8_t)~TAMPER;
}

uint8_t panel_inputs(void) {
  uint8_t told = inputs.stable & BUTTONS;
  if (inputs.known & TAMPER) told |= (uint8_t)(TAMPER_KNOWN | (inputs.stable & TAMPER));
  return told;
}

void panel_poll(uint32_t now_ms) {
  uint8_t sample = board_panel_read();
  if (!tamper_open_level) sample ^= TAMPER;
  uint8_t moved = debounce(&inputs, sample, TAMPER | BUTTONS);
  if (!moved) return;
  untold |= moved;
  settled_ms = now_ms;
}

uint8_t panel_tell_next(void) {
  if (untold & TAMPER) {
    untold &= (uint8_t)~TAMPER;
    event_tamper_moved(inputs.stable & TAMPER, settled_ms);
    return 1;
  }
  for (uint8_t button = 0, bit = 1u << BUTTON_FIRST; button < BOARD_BUTTONS; button++, bit = (uint8_t)(bit << 1)) {
    if (!(untold & bit)) continue;
    untold &= (uint8_t)~bit;
    event_button_moved(button, (inputs.stable & bit) != 0, settled_ms);
    return 1;
  }
  return 0;
}
