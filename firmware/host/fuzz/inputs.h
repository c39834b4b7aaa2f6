/* Contacts, tamper input and buttons, debounced once more from the outside. */
#ifndef INPUTS_H
#define INPUTS_H

#include <stdint.h>

#include "../../src/protocol.h"
#include "talk.h"

/* The board has started, with the settings that are in force. */
void inputs_start(void);
void inputs_configured(const struct message_configure *settings);
/* After each round of the loop. */
void inputs_polled(void);
uint16_t inputs_doors_open(void);
uint16_t inputs_doors_known(void);
/* As `status` tells tamper and buttons. */
uint8_t inputs_panel(void);
/* A move came over the wire for the first time. */
void inputs_move_told(const struct said *event);
/* Nothing waits to be told any more: what was told last is how it is. */
void inputs_all_told(void);

#endif
