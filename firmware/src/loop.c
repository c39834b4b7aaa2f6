/* Start, and one round of the main loop.
 *
 * A round goes in steps, each of a thousand cycles or so, and between two of them what was received is looked at: an
 * `unlock` waits for one step, however many contacts chatter and events flow. */
#include "loop.h"

#include "analog.h"
#include "boot.h"
#include "buzzer.h"
#include "door.h"
#include "event.h"
#include "frame.h"
#include "hardware.h"
#include "heat.h"
#include "lamp.h"
#include "lock.h"
#include "message.h"
#include "panel.h"
#include "protocol.h"
#include "safe.h"
#include "settings.h"
#include "uart.h"

/* A flood of bytes must not keep the millisecond's work waiting. */
#define BYTES_A_STEP FRAME_WIRE_BYTES_MAX

/* Detail of FAULT_SETTINGS_LOST: bits. */
#define LOST_BOOT_COUNT 1u
#define LOST_SETTINGS 2u

static uint32_t polled_ms;

void loop_start(uint8_t reset_cause) {
  uint16_t boot = boot_count();
  settings_start();
  heat_start(reset_cause);
  lock_start();
  lamp_all_off();
  buzzer_off();
  door_start();
  panel_start();
  analog_start();
  event_start(boot);
  message_start(boot, reset_cause);
  safe_start(reset_cause);
  event_started(reset_cause, safe_reason());
  uint8_t lost = (uint8_t)((boot_lost() ? LOST_BOOT_COUNT : 0u) | (settings_lost() ? LOST_SETTINGS : 0u));
  if (lost) event_fault(FAULT_SETTINGS_LOST, lost);
  polled_ms = 0;
}

static APART void hear(uint32_t now_ms) {
  struct frame frame;
  for (uint8_t left = BYTES_A_STEP; left && uart_pending(); left--)
    if (frame_receive((uint8_t)uart_read(), &frame)) message_handle(&frame, now_ms);
}

static inline void listen(uint32_t now_ms) {
  if (uart_pending()) hear(now_ms);
}

/* A move is sent as soon as it is told: the first byte goes out before the next input is looked at. */
static void tell_moves(uint32_t now_ms) {
  while (door_tell_next() || panel_tell_next()) {
    listen(now_ms);
    event_send_next(now_ms);
    listen(now_ms);
  }
}

uint8_t loop_once(uint32_t now_ms) {
  listen(now_ms);
  if (now_ms == polled_ms) return 0;
  polled_ms = now_ms;
  event_poll(now_ms);
  door_poll(now_ms);
  listen(now_ms);
  panel_poll(now_ms);
  listen(now_ms);
  tell_moves(now_ms);
  lock_poll(now_ms);
  listen(now_ms);
  while (lock_end_next(now_ms)) listen(now_ms);
  lamp_poll(now_ms);
  buzzer_poll(now_ms);
  analog_poll(now_ms);
  settings_poll();
  safe_poll(now_ms);
  listen(now_ms);
  while (event_send_next(now_ms)) listen(now_ms);
  return 1;
}
