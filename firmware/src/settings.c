/* Two slots are written in turn, in the background: the one that holds the newest good record is never touched, so a
 * power cut after any byte leaves the old record or the new one. Bytes that are right already are not worn. */
#include "settings.h"

#include <stddef.h>
#include <string.h>

#include "hardware.h"

#define VERSION 1u
#define SLOTS 2u
#define BLANK 0xFFu

#define HOST_SILENT_MS_DEFAULT 3000u
#define OPEN_WAIT_MS_DEFAULT 2000u
#define DEBOUNCE_MS_DEFAULT 20u

static struct record {
  uint8_t version;
  uint8_t sequence; /* the newer record has the next one; wraps */
  uint8_t serial_number[SERIAL_NUMBER_BYTES];
  struct message_configure configure;
  uint16_t crc;
} __attribute__((packed)) record; /* in force; as it stands, or will stand, in the EEPROM */

static uint8_t newest;     /* the slot that holds the newest good record */
static uint8_t written_at; /* bytes that stand in the other slot; all: nothing is to be written */
static uint8_t kept; /* a good record stands in the EEPROM, or will when it is written */
static uint8_t lost;

_Static_assert(sizeof(record) == 19, "the record's layout is fixed: a later one needs a new version");
_Static_assert(sizeof(record) <= SETTINGS_SLOT_BYTES, "slots do not overlap");

static uint16_t slot_at(uint8_t slot) { return (uint16_t)(SETTINGS_AT + slot * SETTINGS_SLOT_BYTES); }

static uint16_t crc_of(const struct record *of) {
  const uint8_t *bytes = (const uint8_t *)of;
  uint16_t crc = 0xFFFFu;
  for (uint8_t index = 0; index < offsetof(struct record, crc); index++) crc = crc16_update(crc, bytes[index]);
  return crc;
}

/* Answers whether it is good; `held` is set where the slot is not blank. */
static uint8_t read_slot(uint8_t slot, struct record *to, uint8_t *held) {
  uint8_t *bytes = (uint8_t *)to;
  *held = 0;
  for (uint8_t index = 0; index < sizeof(*to); index++) {
    bytes[index] = eeprom_read(slot_at(slot) + index);
    if (bytes[index] != BLANK) *held = 1;
  }
  return to->version == VERSION && to->crc == crc_of(to);
}

static void defaults(void) {
  record.version = VERSION;
  record.sequence = 0;
  memset(record.serial_number, BLANK, sizeof(record.serial_number));
  record.configure = (struct message_configure){.host_silent_ms = HOST_SILENT_MS_DEFAULT,
                                                .open_wait_ms = OPEN_WAIT_MS_DEFAULT,
                                                .debounce_ms = DEBOUNCE_MS_DEFAULT,
                                                .contact_open_level = 1,
                                                .tamper_open_level = 1};
}

void settings_start(void) {
  struct record second = {0};
  uint8_t first_held, second_held;
  uint8_t first_good = read_slot(0, &record, &first_held), second_good = read_slot(1, &second, &second_held);
  uint8_t second_newer = second_good && (!first_good || (int8_t)(second.sequence - record.sequence) > 0);
  lost = !first_good && !second_good && first_held && second_held;
  if (second_newer)
    record = second;
  else if (!first_good)
    defaults();
  newest = second_newer || !first_good;
  kept = first_good || second_good;
  written_at = sizeof(record);
}

uint8_t settings_lost(void) { return lost; }
const struct message_configure *settings_configured(void) { return &record.configure; }
const uint8_t *settings_serial_number(void) { return record.serial_number; }

/* A write that was under way begins again in the same slot, under the same sequence: the other slot stays good. */
static void change(void *part, const void *to, uint8_t length) {
  if (kept && memcmp(part, to, length) == 0) return;
  kept = 1;
  memcpy(part, to, length);
  if (written_at == sizeof(record)) record.sequence++;
  record.crc = crc_of(&record);
  written_at = 0;
}

void settings_configure(const struct message_configure *to) { change(&record.configure, to, sizeof(*to)); }

void settings_provision(const uint8_t serial_number[SERIAL_NUMBER_BYTES]) {
  change(record.serial_number, serial_number, SERIAL_NUMBER_BYTES);
}

void settings_poll(void) {
  if (written_at == sizeof(record) || !eeprom_ready()) return;
  uint8_t slot = !newest;
  /* One byte a round, written or passed over. */
  eeprom_write(slot_at(slot) + written_at, ((const uint8_t *)&record)[written_at]);
  written_at++;
  /* The last byte is on its way, and nothing can be written before it stands. */
  if (written_at == sizeof(record)) newest = slot;
}

uint8_t settings_pending(void) { return written_at != sizeof(record) || !eeprom_ready(); }
