/** Numbers of the PN532 in words (NXP user manual UM0701-02, section 7). */

export const PN532 = {
  diagnose: 0x00,
  firmware: 0x02,
  generalStatus: 0x04,
  readRegister: 0x06,
  writeRegister: 0x08,
  setParameters: 0x12,
  samConfiguration: 0x14,
  powerDown: 0x16,
  rfConfiguration: 0x32,
  exchange: 0x40,
  communicateThru: 0x42,
  deselect: 0x44,
  listPassiveTarget: 0x4a,
  release: 0x52,
} as const;

export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [PN532.diagnose, 'Diagnose'],
  [PN532.firmware, 'GetFirmwareVersion'],
  [PN532.generalStatus, 'GetGeneralStatus'],
  [PN532.readRegister, 'ReadRegister'],
  [PN532.writeRegister, 'WriteRegister'],
  [PN532.setParameters, 'SetParameters'],
  [PN532.samConfiguration, 'SAMConfiguration'],
  [PN532.powerDown, 'PowerDown'],
  [PN532.rfConfiguration, 'RFConfiguration'],
  [PN532.exchange, 'InDataExchange'],
  [PN532.communicateThru, 'InCommunicateThru'],
  [PN532.deselect, 'InDeselect'],
  [PN532.listPassiveTarget, 'InListPassiveTarget'],
  [PN532.release, 'InRelease'],
  [0x54, 'InSelect'],
  [0x60, 'InAutoPoll'],
]);

export const TYPE_A_106 = 0x00;
/** BrTy of InListPassiveTarget. */
export const MODULATIONS: ReadonlyMap<number, string> = new Map([
  [TYPE_A_106, 'ISO 14443 type A, 106 kbit/s'],
  [0x01, 'FeliCa, 212 kbit/s'],
  [0x02, 'FeliCa, 424 kbit/s'],
  [0x03, 'ISO 14443 type B, 106 kbit/s'],
  [0x04, 'Innovision Jewel, 106 kbit/s'],
]);

/** Section 7.1. */
export const ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, 'ok'],
  [0x01, 'time-out: the card did not answer'],
  [0x02, 'the card’s answer had a wrong checksum'],
  [0x03, 'the card’s answer had a wrong parity'],
  [0x04, 'wrong number of bits in the anticollision'],
  [0x05, 'framing error of the card'],
  [0x06, 'bits collided'],
  [0x07, 'the buffer is too small'],
  [0x0a, 'the field was not switched on in time'],
  [0x0b, 'RF protocol error'],
  [0x0d, 'too hot'],
  [0x0e, 'buffer overflow'],
  [0x10, 'invalid parameter'],
  [0x13, 'wrong format of data'],
  [0x14, 'authentication failed'],
  [0x27, 'the command is not possible now'],
  [0x29, 'the card was released'],
]);
