/* Requests of the host: checked, carried out, answered. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>

#include "frame.h"

/* After the other parts: puts the kept settings in force. */
void message_start(uint16_t boot, uint8_t reset_cause);
void message_handle(const struct frame *frame, uint32_t now_ms);

#endif
