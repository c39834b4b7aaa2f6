/* Numbered events, kept until the host acknowledges them. */
#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>

void event_start(uint16_t boot);
void event_door_moved(uint8_t compartment, uint8_t open, uint32_t uptime_ms);
void event_tamper_moved(uint8_t open, uint32_t uptime_ms);
void event_button_moved(uint8_t button, uint8_t pressed, uint32_t uptime_ms);
void event_unlock_ended(uint32_t unlock_id, uint8_t compartment, uint8_t state, uint16_t pulse_ms);
void event_started(uint8_t reset_cause, uint8_t safe_reason);
/* Unless a fault of the same code is still kept. */
void event_fault(uint8_t code, uint16_t detail);
void event_acknowledge(uint16_t boot, uint16_t up_to);
/* Once a millisecond: what has waited long enough is to be sent again. */
void event_poll(uint32_t now_ms);
/* Sends one event that is due; answers 0 when there is none, or no room on the line. */
uint8_t event_send_next(uint32_t now_ms);
uint8_t event_kept_count(void);
/* Whether the end of one more unlock is sure to find room, beside those that are under way. */
uint8_t event_room_for_unlock(uint8_t under_way);

#endif
