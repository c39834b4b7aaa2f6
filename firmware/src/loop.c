/* Start and one round of the main loop. */
#include "loop.h"

#include "door.h"
#include "event.h"
#include "frame.h"
#include "lamp.h"
#include "lock.h"
#include "message.h"
#include "protocol.h"
#include "safe.h"
#include "settings.h"
#include "uart.h"

/* A flood of bytes must not keep the millisecond's work waiting. */
#define BYTES_A_ROUND FRAME_WIRE_BYTES_MAX

static uint32_t polled_ms;

void loop_start(uint8_t reset_cause) {
  uint16_t boot = settings_count_boot();
  lock_start();
  lamp_all_off();
  door_start();
  event_start(boot);
  message_start(boot, reset_cause);
  safe_start(reset_cause);
  event_started(reset_cause, safe_reason());
  if (settings_lost()) event_fault(FAULT_SETTINGS_LOST, 0);
  polled_ms = 0;
}

static void listen(uint32_t now_ms) {
  struct frame frame;
  for (uint8_t left = BYTES_A_ROUND; left && uart_pending(); left--)
    if (frame_receive((uint8_t)uart_read(), &frame)) message_handle(&frame, now_ms);
}

uint8_t loop_once(uint32_t now_ms) {
  listen(now_ms);
  if (now_ms == polled_ms) return 0;
  polled_ms = now_ms;
  door_poll(now_ms);
  lock_poll(now_ms);
  lamp_poll(now_ms);
  event_poll(now_ms);
  safe_poll(now_ms);
  return 1;
}
