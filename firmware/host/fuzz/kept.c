/* Two records: the one that surely stands in the EEPROM, and the one in force, which is being written. */
#include "kept.h"

#include <string.h>

#include "../../src/settings.h"
#include "rule.h"

#define RECORD_BYTES 19u
#define CONFIGURE_AT 10u
#define SERIAL_NUMBER_AT 2u

static struct record {
  uint8_t serial_number[8];
  struct message_configure settings;
} stands, in_force;
static uint32_t version;
static uint8_t strange; /* nothing is known of the EEPROM */

uint32_t kept_version(void) { return version; }
const uint8_t *kept_serial_number(void) { return in_force.serial_number; }
const struct message_configure *kept_settings(void) { return &in_force.settings; }

/* A mixture passes the board's check once in 65536 cuts: then it stands in a slot with a good CRC. */
static uint8_t by_chance(const struct record *found) {
  for (uint16_t slot = SETTINGS_AT; slot <= SETTINGS_AT + SETTINGS_SLOT_BYTES; slot += SETTINGS_SLOT_BYTES) {
    uint16_t crc = 0xFFFF;
    for (uint8_t index = 0; index < RECORD_BYTES; index++) crc = crc16_update(crc, fake_eeprom[slot + index]);
    if (crc == 0 && memcmp(&fake_eeprom[slot + SERIAL_NUMBER_AT], found->serial_number, 8) == 0 &&
        memcmp(&fake_eeprom[slot + CONFIGURE_AT], &found->settings, sizeof(found->settings)) == 0)
      return 1;
  }
  return 0;
}

static uint8_t same(const struct record *one, const struct record *other) {
  return memcmp(one, other, sizeof(*one)) == 0;
}

void kept_forget(void) { strange = 1; }

void kept_started(void) {
  struct record found;
  memcpy(found.serial_number, settings_serial_number(), sizeof(found.serial_number));
  found.settings = *settings_configured();
  if (!strange && !world.eeprom_hurt && !same(&found, &stands) && !same(&found, &in_force))
    RULE(by_chance(&found), "a start finds the settings before or after, never a mixture");
  stands = in_force = found;
  strange = 0;
  version++;
}

void kept_configured(const struct message_configure *settings) {
  in_force.settings = *settings;
  version++;
}

void kept_provisioned(const uint8_t serial_number[8]) {
  memcpy(in_force.serial_number, serial_number, sizeof(in_force.serial_number));
  version++;
}

void kept_settled(uint32_t of_version) {
  if (of_version == version) stands = in_force;
}
