/* An input is what it was for the debounce time; each change is told, and the last one told is true.
 *
 *   bit 0 ... 15  doors     16  tamper     20 ... 23  buttons     as one word: set is open, or pressed */
#include "inputs.h"

#include "../../src/door.h"
#include "../../src/panel.h"
#include "rule.h"

#define DOORS ((1ul << BOARD_COMPARTMENTS) - 1u)
#define TAMPER_BIT 16u
#define TAMPER (1ul << TAMPER_BIT)
#define BUTTON_FIRST 20u
#define BUTTONS (((1ul << BOARD_BUTTONS) - 1u) << BUTTON_FIRST)
#define ALL (DOORS | TAMPER | BUTTONS)
#define INPUTS 24u
#define PANEL_TAMPER_KNOWN 0x02u
#define SLACK 1u /* rounds that a board may take longer */

static uint32_t on, known, last_sample;
static uint32_t moved, told, told_on; /* moved: since it is known, so an event was made of it */
static uint32_t ever_moved;           /* the same, whatever polarity came after */
static uint32_t changed_polls[INPUTS], doors_flipped_polls, tamper_flipped_polls;
static struct message_configure in_force;

void inputs_start(void) {
  on = last_sample = moved = ever_moved = told = told_on = 0;
  /* Until it is known, a button counts as released: one that is held down is told. */
  known = BUTTONS;
  for (uint8_t input = 0; input < INPUTS; input++) changed_polls[input] = 0;
  doors_flipped_polls = tamper_flipped_polls = 0;
}

void inputs_configured(const struct message_configure *settings) {
  uint32_t flipped = 0;
  if (settings->contact_open_level != in_force.contact_open_level) flipped |= DOORS;
  if (settings->tamper_open_level != in_force.tamper_open_level) flipped |= TAMPER;
  if (flipped & DOORS) doors_flipped_polls = world.polls;
  if (flipped & TAMPER) tamper_flipped_polls = world.polls;
  in_force = *settings;
  known &= ~flipped;
  moved &= ~flipped;
  /* The tamper input is told only while it is known. */
  on &= ~(flipped & TAMPER);
}

uint16_t inputs_doors_open(void) { return (uint16_t)(on & DOORS); }
uint16_t inputs_doors_known(void) { return (uint16_t)(known & DOORS); }

uint8_t inputs_panel(void) {
  uint8_t panel = (uint8_t)((on & BUTTONS) >> TAMPER_BIT);
  if (known & TAMPER) panel |= (uint8_t)(PANEL_TAMPER_KNOWN | ((on & TAMPER) >> TAMPER_BIT));
  return panel;
}

static uint32_t sample_now(void) {
  uint32_t doors = in_force.contact_open_level ? fake_contacts : ~(uint32_t)fake_contacts;
  uint32_t tamper = fake_tamper == in_force.tamper_open_level ? TAMPER : 0;
  return (doors & DOORS) | tamper | (((uint32_t)fake_buttons << BUTTON_FIRST) & BUTTONS);
}

static void watch_one(uint8_t input, uint32_t bit, uint32_t sample, uint32_t on_now, uint32_t known_now) {
  uint32_t stable = world.polls - changed_polls[input];
  /* The board may count from a change of polarity, where the input itself seems not to have moved. */
  uint32_t flipped = world.polls - (input < TAMPER_BIT ? doors_flipped_polls : tamper_flipped_polls);
  uint8_t settled = (known_now & bit) && !((sample ^ on_now) & bit);
  if (stable > in_force.debounce_ms + SLACK && flipped > in_force.debounce_ms + SLACK)
    RULE(settled, "an input that has been stable settles");
  if (!(((on_now ^ on) | (known_now ^ known)) & bit)) return;
  RULE(settled && stable >= in_force.debounce_ms, "an input changes only when it has been stable");
  if (!(known & bit)) return;
  moved |= bit;
  ever_moved |= bit;
}

void inputs_polled(void) {
  uint8_t panel = panel_inputs();
  uint32_t tamper_known = panel & PANEL_TAMPER_KNOWN ? TAMPER : 0;
  uint32_t on_now = door_open_mask() | ((uint32_t)(panel & ~PANEL_TAMPER_KNOWN) << TAMPER_BIT);
  uint32_t known_now = door_known_mask() | tamper_known | BUTTONS;
  uint32_t sample = sample_now(), bounced = sample ^ last_sample;
  uint32_t look = (bounced | (sample ^ on_now) | (on_now ^ on) | (known_now ^ known) | ~known_now) & ALL;
  last_sample = sample;
  for (uint8_t input = 0; look; input++, look >>= 1) {
    if (!(look & 1u)) continue;
    uint32_t bit = 1ul << input;
    if (bounced & bit) changed_polls[input] = world.polls;
    watch_one(input, bit, sample, on_now, known_now);
  }
  on = on_now;
  known = known_now;
}

void inputs_move_told(const struct said *event) {
  uint32_t bit, is_on, uptime_ms;
  if (event->message == MESSAGE_DOOR_MOVED) {
    const struct message_door_moved *move = (const void *)event->fields;
    RULE(move->compartment < BOARD_COMPARTMENTS, "a move names a door that there is");
    bit = 1ul << move->compartment;
    is_on = move->open;
    uptime_ms = move->uptime_ms;
  } else if (event->message == MESSAGE_TAMPER_MOVED) {
    const struct message_tamper_moved *move = (const void *)event->fields;
    bit = TAMPER;
    is_on = move->open;
    uptime_ms = move->uptime_ms;
  } else {
    const struct message_button_moved *move = (const void *)event->fields;
    RULE(move->button < BOARD_BUTTONS, "a move names a button that there is");
    bit = 1ul << (BUTTON_FIRST + move->button);
    is_on = move->pressed;
    uptime_ms = move->uptime_ms;
  }
  RULE(is_on <= 1 && uptime_ms <= world.now_ms, "a move is to 0 or 1, and was settled before it is told");
  RULE(ever_moved & bit, "what is told as a move was known before");
  told |= bit;
  told_on = is_on ? told_on | bit : told_on & ~bit;
}

void inputs_all_told(void) {
  RULE((moved & ~told) == 0, "each input that moved is told");
  RULE(((told_on ^ on) & moved) == 0, "the last told state of an input is its state");
}
