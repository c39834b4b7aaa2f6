/* One conversion at a time, started in one round of the loop and collected in a later one.
 *
 * The ADC is off between two inputs: sleep would start conversions by itself (data sheet 26.6; ATmega328P 24.6), and a
 * new input would be given the result of the old one. */
#include "analog.h"

#include "hardware.h"

#define PERIOD_MS 64u /* all four steps in a quarter of a second; a power of two */

/* The reference is weak, and slow to charge the sampling capacitor: the first conversion after a change to it is thrown
 * away, as the data sheet advises for a new reference (26.5.2; ATmega328P 24.5.2). */
enum step { SUPPLY, TEMPERATURE, REFERENCE_SETTLES, REFERENCE, STEPS };

static const IN_FLASH uint8_t INPUTS[STEPS] = {BOARD_ANALOG_SUPPLY, BOARD_ANALOG_TEMPERATURE, BOARD_ANALOG_REFERENCE,
                                               BOARD_ANALOG_REFERENCE};

static uint16_t results[STEPS];
static uint8_t step, converting;

uint16_t analog_supply(void) { return results[SUPPLY]; }
uint16_t analog_temperature(void) { return results[TEMPERATURE]; }
uint16_t analog_reference(void) { return results[REFERENCE]; }

void analog_start(void) {
  for (uint8_t index = 0; index < STEPS; index++) results[index] = 0;
  step = SUPPLY;
  converting = 0;
  board_analog_stop();
}

static void collect(void) {
  if (board_analog_busy()) return;
  converting = 0;
  results[step] = board_analog_result();
  if (step != REFERENCE_SETTLES) board_analog_stop();
  step = (uint8_t)(step + 1u) % STEPS;
}

void analog_poll(uint32_t now_ms) {
  if (converting) {
    collect();
  } else if (((uint8_t)now_ms & (PERIOD_MS - 1u)) == 0) {
    board_analog_start(INPUTS[step]);
    converting = 1;
  }
}
