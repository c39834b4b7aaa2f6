/* Two slots are written in turn: the one that holds the newest good count is never touched. */
#include "boot.h"

#include "hardware.h"

#define SLOT_BYTES 4u
#define SLOTS 2u

static uint8_t lost;

static uint16_t slot_crc(uint16_t count) {
  return crc16_update(crc16_update(0xFFFFu, (uint8_t)count), (uint8_t)(count >> 8));
}

static uint16_t read_word(uint16_t at) {
  return (uint16_t)(eeprom_read(at) | ((uint16_t)eeprom_read(at + 1u) << 8));
}

static void write_word(uint16_t at, uint16_t value) {
  eeprom_write(at, (uint8_t)value);
  eeprom_write(at + 1u, (uint8_t)(value >> 8));
}

static uint8_t read_slot(uint8_t slot, uint16_t *count) {
  uint16_t at = (uint16_t)(BOOT_AT + slot * SLOT_BYTES);
  *count = read_word(at);
  return *count != 0 && read_word(at + 2u) == slot_crc(*count);
}

static uint8_t blank(void) {
  for (uint8_t index = 0; index < SLOTS * SLOT_BYTES; index++)
    if (eeprom_read(BOOT_AT + index) != 0xFF) return 0;
  return 1;
}

uint8_t boot_lost(void) { return lost; }

uint16_t boot_count(void) {
  uint16_t first, second;
  uint8_t first_good = read_slot(0, &first), second_good = read_slot(1, &second);
  uint8_t second_newer = second_good && (!first_good || (uint16_t)(second - first) < 0x8000u);
  uint16_t newest = second_newer ? second : first_good ? first : 0;
  uint16_t count = newest == UINT16_MAX ? 1 : (uint16_t)(newest + 1u);
  lost = !first_good && !second_good && !blank();
  uint16_t at = (uint16_t)(BOOT_AT + (second_newer ? 0u : SLOT_BYTES));
  write_word(at, count);
  write_word(at + 2u, slot_crc(count));
  return count;
}
