/* Bytes to and from the host through two rings. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_start(void);
/* The next received byte, or -1. */
int16_t uart_read(void);
uint8_t uart_pending(void);
/* Bytes that the transmit ring still takes. */
uint8_t uart_free(void);
/* All of the bytes or none: a frame that does not fit is dropped whole. */
uint8_t uart_write(const uint8_t *bytes, uint8_t length);

#endif
