/* The host's end of the fake wire. */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

void wire_to_board(const uint8_t *bytes, uint32_t length);
uint32_t wire_from_board(uint8_t *to, uint32_t room);

#endif
