/* Start and one round of the main loop. */
#include "loop.h"

#include "door.h"
#include "event.h"
#include "frame.h"
#include "lamp.h"
#include "lock.h"
#include "message.h"
#include "safe.h"
#include "settings.h"
#include "uart.h"

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
  polled_ms = 0;
}

void loop_once(uint32_t now_ms) {
  struct frame frame;
  int16_t byte;
  while ((byte = uart_read()) >= 0)
    if (frame_receive((uint8_t)byte, &frame)) message_handle(&frame, now_ms);
  if (now_ms == polled_ms) return;
  polled_ms = now_ms;
  door_poll(now_ms);
  lock_poll(now_ms);
  lamp_poll(now_ms);
  event_poll(now_ms);
  safe_poll(now_ms);
}
