/* A lamp shines only when it was told to, and nothing is on for a host that is silent. */
#include "outputs.h"

#include "rule.h"

#define SOUND_SLACK_MS 2u

static uint8_t reason, start_reason, silent;
static uint16_t host_silent_ms, steady_mask, changing_mask;
static uint32_t heard_ms, sound_ms, sound_slack_ms;
static uint16_t sound_left_ms; /* 0: silence */

void outputs_start(uint8_t cause) {
  if (cause & RESET_POWER_ON)
    reason = SAFE_STARTED;
  else if (cause & RESET_BROWN_OUT)
    reason = SAFE_BROWN_OUT;
  else if (cause & RESET_WATCHDOG)
    reason = SAFE_WATCHDOG;
  silent = 1;
  steady_mask = changing_mask = 0;
  heard_ms = 0;
  sound_left_ms = 0;
  start_reason = reason;
}

void outputs_configured(uint16_t silent_ms) { host_silent_ms = silent_ms; }
uint8_t outputs_safe_reason(void) { return reason; }
uint8_t outputs_start_reason(void) { return start_reason; }

void outputs_host_heard(void) {
  heard_ms = world.now_ms;
  silent = 0;
}

void outputs_sound(const struct message_sound *request) {
  sound_left_ms = request->frequency_hz ? request->duration_ms : 0;
  sound_ms = world.now_ms;
  if (!sound_left_ms) RULE(!fake_buzzer, "silence is heard at once");
  /* The board counts from its last round, which may have been a while ago. */
  sound_slack_ms = SOUND_SLACK_MS + world.now_ms - world.polled_ms;
  if (sound_left_ms > sound_slack_ms) RULE(fake_buzzer, "a sound is heard at once");
}

void outputs_lamp_set(const struct message_set_lamp *request) {
  uint16_t bit = (uint16_t)(1u << request->compartment);
  steady_mask &= (uint16_t)~bit;
  changing_mask &= (uint16_t)~bit;
  if (request->mode == LAMP_ON || (request->mode == LAMP_DIM && request->level == LAMP_LEVEL_MAX))
    steady_mask |= bit;
  else if (request->mode != LAMP_OFF && !(request->mode == LAMP_DIM && request->level == 0))
    changing_mask |= bit;
}

uint8_t outputs_silent_at(uint32_t ms) { return !silent && ms - heard_ms >= host_silent_ms; }

uint8_t outputs_forced_off(void) {
  if (!outputs_silent_at(world.now_ms)) return 0;
  silent = 1;
  reason = SAFE_HOST_SILENT;
  steady_mask = changing_mask = 0;
  sound_left_ms = 0;
  return 1;
}

void outputs_polled(uint32_t since_ms) {
  uint32_t passed_ms = world.now_ms - sound_ms;
  if (passed_ms > sound_left_ms + SOUND_SLACK_MS || !sound_left_ms)
    RULE(!fake_buzzer, "a sound stops by itself, and with a host that is silent");
  else if (passed_ms + sound_slack_ms + since_ms < sound_left_ms)
    RULE(fake_buzzer, "a sound lasts as long as asked");

  RULE((fake_lamps & ~(steady_mask | changing_mask)) == 0, "a lamp shines only when told to, for a host that is there");
  RULE((~fake_lamps & steady_mask) == 0, "a lamp that was told to shine does");
}
