/* ATmega2560 (Arduino Mega 2560): 16 compartments, 4 buttons. What is connected is drawn in docs/wiring.md.
 *
 *            compartments 0-7         compartments 8-15
 *   coils    PA 22-29                 PC 37-30               high: coil on
 *   contacts PL 49-42                 PK A8-A15              pulled up; a cut cable reads high
 *   lamps    PJ 15,14  PF A2-A7       PB 53-50,10-13         high: lamp on
 *
 *   tamper   PE4 2     pulled up      buttons  PH 6-9        pulled up; low: pressed
 *   buzzer   PE3 5     OC3A           supply   PF0 A0        temperature  PF1 A1
 *   host     UART0, the USB port of the board
 */
#ifndef BOARD_H
#define BOARD_H

#include <avr/io.h>
#include <stdint.h>

#define BOARD_KIND BOARD_KIND_MEGA2560
#define BOARD_KIND_NAME "mega2560"
#define BOARD_COMPARTMENTS 16u
#define BOARD_BUTTONS 4u
#define BOARD_BAUD_DIVISOR 16u /* 115200 baud, U2X, 16 MHz: 2.1 % fast (data sheet table 22-12) */

#define BOARD_UART_DATA UDR0
#define BOARD_UART_RX_vect USART0_RX_vect
#define BOARD_UART_EMPTY_vect USART0_UDRE_vect

/* Bits of ADMUX: data sheet table 26-4. */
#define BOARD_ANALOG_SUPPLY 0u
#define BOARD_ANALOG_TEMPERATURE 1u
/* Their digital inputs are off. */
#define BOARD_ANALOG_PINS (_BV(ADC0D) | _BV(ADC1D))
#define BOARD_ANALOG_REFERENCE 0x1Eu

#define LAMPS_J 0x03u
#define LAMPS_F 0xFCu
#define BUTTONS_H 0x78u

static inline void board_coils_write(uint16_t on) {
  PORTA = (uint8_t)on;
  PORTC = (uint8_t)(on >> 8);
}

/* The level of the pins themselves, not what was written to them: data sheet 13.2.4. */
static inline uint16_t board_coils_read(void) {
  return (uint16_t)(PINA | ((uint16_t)PINC << 8));
}

static inline void board_lamps_write(uint16_t on) {
  PORTJ = (uint8_t)on & LAMPS_J;
  PORTF = (uint8_t)on & LAMPS_F;
  PORTB = (uint8_t)(on >> 8);
}

static inline uint16_t board_contacts_read(void) {
  return (uint16_t)(PINL | ((uint16_t)PINK << 8));
}

/* Bit 0: level of the tamper input; bit 4 + n: button n is pressed. */
static inline uint8_t board_panel_read(void) {
  return (uint8_t)(((PINE >> PE4) & 1u) | ((~PINH & BUTTONS_H) << 1));
}

/* Before anything else runs: no coil, no lamp, no sound, whatever the registers hold. */
static inline void board_pins_safe(void) {
  PORTA = PORTC = 0;
  DDRA = DDRC = 0xFF;
  TCCR3A = TCCR3B = 0;
  PORTE = _BV(PE4);
  DDRE = _BV(PE3);
  PORTJ = PORTF = PORTB = 0;
  DDRJ = LAMPS_J;
  DDRF = LAMPS_F;
  DDRB = 0xFF;
  PORTL = PORTK = 0xFF;
  PORTH = BUTTONS_H;
  /* JTAG holds lamps 4-7 until this bit is written twice within four cycles: data sheet 27.5.1. */
  MCUCR = _BV(JTD);
  MCUCR = _BV(JTD);
}

/* CTC, OC3A toggles at each match (data sheet 17.9.2): half a period is `compare` + 1 counts of F_CPU / 8. */
static inline void board_buzzer_on(uint16_t compare) {
  TCCR3B = 0;
  /* A count beyond the new match would run on to 0xFFFF first. */
  TCNT3 = 0;
  OCR3A = compare;
  TCCR3A = _BV(COM3A0);
  TCCR3B = _BV(WGM32) | _BV(CS31);
}

/* The pin is the port's again, and low. */
static inline void board_buzzer_off(void) { TCCR3A = TCCR3B = 0; }

#include "analog_uart0.h"

#endif
