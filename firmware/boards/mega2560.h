/* ATmega2560 (Arduino Mega 2560), 16 compartments. The only file that names port letters.
 *
 *            compartments 0-7     compartments 8-15
 *   coils    PORTA 22-29          PORTC 37-30         high: coil on
 *   contacts PINL  49-42          PINK  A8-A15        pulled up; a cut cable reads high
 *   lamps    PORTF A0-A7          PORTB 53-50,10-13   high: lamp on
 *   host     UART0, the USB port of the board
 */
#ifndef BOARD_H
#define BOARD_H

#include <avr/io.h>
#include <stdint.h>

#define BOARD_COMPARTMENTS 16u
#define BOARD_BAUD_DIVISOR 16u /* 115200 baud, U2X, 16 MHz: 2.1 % fast (data sheet table 22-12) */

#define BOARD_UART_DATA UDR0
#define BOARD_UART_RX_vect USART0_RX_vect
#define BOARD_UART_EMPTY_vect USART0_UDRE_vect

static inline void board_coils_write(uint16_t on) {
  PORTA = (uint8_t)on;
  PORTC = (uint8_t)(on >> 8);
}

/* The level of the pins themselves, not what was written to them: data sheet 13.2.4. */
static inline uint16_t board_coils_read(void) {
  return (uint16_t)(PINA | ((uint16_t)PINC << 8));
}

static inline void board_lamps_write(uint16_t on) {
  PORTF = (uint8_t)on;
  PORTB = (uint8_t)(on >> 8);
}

static inline uint16_t board_contacts_read(void) {
  return (uint16_t)(PINL | ((uint16_t)PINK << 8));
}

/* Before anything else runs: no coil, no lamp, whatever the registers hold. */
static inline void board_pins_safe(void) {
  PORTA = PORTC = 0;
  DDRA = DDRC = 0xFF;
  PORTF = PORTB = 0;
  DDRF = DDRB = 0xFF;
  PORTL = PORTK = 0xFF;
  /* JTAG holds lamps 4-7 until this bit is written twice within four cycles: data sheet 27.5.1. */
  MCUCR = _BV(JTD);
  MCUCR = _BV(JTD);
}

static inline void board_uart_start(void) {
  UCSR0A = _BV(U2X0);
  UBRR0 = BOARD_BAUD_DIVISOR;
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

static inline void board_uart_empty_interrupt(uint8_t on) {
  if (on)
    UCSR0B |= _BV(UDRIE0);
  else
    UCSR0B &= (uint8_t)~_BV(UDRIE0);
}

#endif
