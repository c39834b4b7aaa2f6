/* A timer of the chip makes the sound; only its end is counted here. */
#include "buzzer.h"

#include "hardware.h"

#define TOGGLE_HZ 1000000ul /* 16 MHz / 8 / 2 matches a period: SOUND_HZ_MIN asks for 10,000 counts */

static uint16_t left_ms;
static uint32_t polled_ms;

void buzzer_off(void) {
  left_ms = 0;
  board_buzzer_off();
}

void buzzer_sound(uint16_t frequency_hz, uint16_t duration_ms) {
  if (!frequency_hz || !duration_ms) {
    buzzer_off();
    return;
  }
  left_ms = duration_ms;
  board_buzzer_on((uint16_t)(TOGGLE_HZ / frequency_hz - 1u));
}

void buzzer_poll(uint32_t now_ms) {
  uint32_t passed_ms = now_ms - polled_ms;
  polled_ms = now_ms;
  if (!left_ms) return;
  if (passed_ms < left_ms)
    left_ms -= (uint16_t)passed_ms;
  else
    buzzer_off();
}
