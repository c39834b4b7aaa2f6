/* ATmega328P (Arduino Uno): 4 compartments, 2 buttons. What is connected is drawn in docs/wiring.md.
 *
 *            compartments 0-3
 *   coils    PD4-PD7 D4-D7       high: coil on
 *   contacts PC0-PC3 A0-A3       pulled up; a cut cable reads high
 *   lamps    PB2-PB5 D10-D13     high: lamp on
 *
 *   tamper   PB0 D8   pulled up      buttons  PD2,PD3 D2,D3   pulled up; low: pressed
 *   buzzer   PB1 D9   OC1A           supply   PC4 A4          temperature  PC5 A5
 *   host     UART0, the USB port of the board
 */
#ifndef BOARD_H
#define BOARD_H

#include <avr/io.h>
#include <stdint.h>

#define BOARD_KIND BOARD_KIND_UNO
#define BOARD_KIND_NAME "uno"
#define BOARD_COMPARTMENTS 4u
#define BOARD_BUTTONS 2u
#define BOARD_BAUD_DIVISOR 16u /* 115200 baud, U2X, 16 MHz: 2.1 % fast (data sheet table 20-7) */

#define BOARD_UART_DATA UDR0
#define BOARD_UART_RX_vect USART_RX_vect
#define BOARD_UART_EMPTY_vect USART_UDRE_vect

/* Bits of ADMUX: data sheet table 24-4. */
#define BOARD_ANALOG_SUPPLY 4u
#define BOARD_ANALOG_TEMPERATURE 5u
/* Their digital inputs are off. */
#define BOARD_ANALOG_PINS (_BV(ADC4D) | _BV(ADC5D))
#define BOARD_ANALOG_REFERENCE 0x0Eu

#define COILS_D 0xF0u
#define BUTTONS_D 0x0Cu
#define CONTACTS_C 0x0Fu
#define LAMPS_B 0x3Cu

/* Ports are shared, so each write names the pull-ups of its neighbours: nothing is read and written back, which an
 * interrupt could come between. */
static inline void board_coils_write(uint16_t on) { PORTD = (uint8_t)(on << 4) | BUTTONS_D; }

/* The level of the pins themselves, not what was written to them: data sheet 14.2.4. */
static inline uint16_t board_coils_read(void) { return PIND >> 4; }

static inline void board_lamps_write(uint16_t on) { PORTB = ((uint8_t)(on << 2) & LAMPS_B) | _BV(PB0); }

static inline uint16_t board_contacts_read(void) { return PINC & CONTACTS_C; }

/* Bit 0: level of the tamper input; bit 4 + n: button n is pressed. */
static inline uint8_t board_panel_read(void) {
  return (uint8_t)((PINB & 1u) | ((~PIND & BUTTONS_D) << 2));
}

/* Before anything else runs: no coil, no lamp, no sound, whatever the registers hold. */
static inline void board_pins_safe(void) {
  PORTD = BUTTONS_D;
  DDRD = COILS_D;
  TCCR1A = TCCR1B = 0;
  PORTB = _BV(PB0);
  DDRB = LAMPS_B | _BV(PB1);
  PORTC = CONTACTS_C;
}

/* CTC, OC1A toggles at each match (data sheet 16.9.2): half a period is `compare` + 1 counts of F_CPU / 8. */
static inline void board_buzzer_on(uint16_t compare) {
  TCCR1B = 0;
  /* A count beyond the new match would run on to 0xFFFF first. */
  TCNT1 = 0;
  OCR1A = compare;
  TCCR1A = _BV(COM1A0);
  TCCR1B = _BV(WGM12) | _BV(CS11);
}

/* The pin is the port's again, and low. */
static inline void board_buzzer_off(void) { TCCR1A = TCCR1B = 0; }

#include "analog_uart0.h"

#endif
