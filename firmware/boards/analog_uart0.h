/* The ADC and UART 0, whose registers are the same on both chips. A pin map includes it at its end. */
#ifndef ANALOG_UART0_H
#define ANALOG_UART0_H

/* Against AVcc; 16 MHz / 128 = 125 kHz, the ADC's range for 10 bits is 50-200 kHz (data sheets: 26.4 of the ATmega2560,
 * 24.4 of the ATmega328P). */
static inline void board_analog_start(uint8_t input) {
  DIDR0 = BOARD_ANALOG_PINS;
  ADMUX = (uint8_t)(_BV(REFS0) | input);
  ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
}

static inline uint8_t board_analog_busy(void) { return (ADCSRA & _BV(ADSC)) != 0; }
static inline uint16_t board_analog_result(void) { return ADC; }
static inline void board_analog_stop(void) { ADCSRA = 0; }

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
