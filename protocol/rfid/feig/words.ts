/** FEIG ISO-Host numbers in words (manual H20800-16e-ID-B, sections 5 to 7). */

export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [0x52, 'Baud Rate Detection'],
  [0x63, 'CPU Reset'],
  [0x65, 'Get Software Version'],
  [0x66, 'Get Reader Info'],
  [0x69, 'RF Reset'],
  [0x6a, 'RF Output On/Off'],
  [0x71, 'Set Output'],
  [0x80, 'Read Configuration'],
  [0x81, 'Write Configuration'],
  [0xb0, 'ISO Standard Host Command'],
  [0xb1, 'ISO 15693 Custom Host Command'],
]);

/** The first byte of the data of command B0h. */
export const ISO_COMMANDS: ReadonlyMap<number, string> = new Map([
  [0x01, 'Inventory'],
  [0x02, 'Stay Quiet'],
  [0x22, 'Lock Multiple Blocks'],
  [0x23, 'Read Multiple Blocks'],
  [0x24, 'Write Multiple Blocks'],
  [0x25, 'Select'],
  [0x27, 'Write AFI'],
  [0x28, 'Lock AFI'],
  [0x29, 'Write DSFID'],
  [0x2b, 'Get System Information'],
]);

/** Of command B1h with manufacturer NXP: what the tag itself is told (ICODE SLI, custom commands). */
export const EAS = { set: 0xa2, reset: 0xa3, alarm: 0xa5 } as const;
export const EAS_COMMANDS: ReadonlyMap<number, string> = new Map([
  [EAS.set, 'Set EAS'],
  [EAS.reset, 'Reset EAS'],
  [0xa4, 'Lock EAS'],
  [EAS.alarm, 'EAS Alarm'],
]);

/** Which tag a request of commands B0h and B1h means. */
export const MODES: ReadonlyMap<number, string> = new Map([
  [0x00, 'any tag'],
  [0x01, 'the tag with the UID'],
  [0x02, 'the selected tag'],
]);

export const STATUS = {
  ok: 0x00,
  noTransponder: 0x01,
  writeError: 0x03,
  rfCommunication: 0x83,
  bufferOverflow: 0x93,
  moreData: 0x94,
  iso15693: 0x95,
} as const;

export const STATUSES: ReadonlyMap<number, string> = new Map([
  [0x00, 'ok'],
  [0x01, 'no tag'],
  [0x02, 'the tag’s answer was spoilt'],
  [0x03, 'the tag did not keep what was written'],
  [0x04, 'no such block'],
  [0x05, 'wrong type of tag'],
  [0x08, 'authentication failed'],
  [0x0e, 'general error'],
  [0x10, 'the reader’s EEPROM failed'],
  [0x11, 'a parameter is out of range'],
  [0x80, 'the reader does not know the command'],
  [0x81, 'the length is wrong'],
  [0x82, 'the command is not available now'],
  [0x83, 'the tag’s answer was not understood'],
  [0x93, 'more tags than the reader has room for'],
  [0x94, 'more data follow'],
  [0x95, 'the tag answered with an error'],
  [0x96, 'the card answered with an error'],
  [0xf1, 'hardware warning'],
]);

/** ISO/IEC 15693-3, table 7: error codes of tags. */
export const TAG_ERRORS: ReadonlyMap<number, string> = new Map([
  [0x01, 'command not supported'],
  [0x02, 'command not recognised'],
  [0x03, 'option not supported'],
  [0x0f, 'unknown error'],
  [0x10, 'no such block'],
  [0x11, 'already locked'],
  [0x12, 'locked, not changed'],
  [0x13, 'not written'],
  [0x14, 'not locked'],
]);

/** SW-TYPE of Get Software Version. */
export const MODELS: ReadonlyMap<number, string> = new Map([[0x53, 'ID CPR40']]);
