/** Numbers of the 3M 810 and 210 pads in words (vendor's Model 210 protocol 1.0.0). */

export const PAD = {
  readBlocks: 0x02,
  checkEas: 0x03,
  writeBlocks: 0x04,
  writeAfi: 0x09,
  readAfi: 0x0a,
  setEas: 0x0c,
  inventory: 0xfe,
} as const;

export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [PAD.readBlocks, 'read blocks'],
  [PAD.checkEas, 'check EAS'],
  [PAD.writeBlocks, 'write blocks'],
  [PAD.writeAfi, 'write AFI'],
  [PAD.readAfi, 'read AFI'],
  [PAD.setEas, 'set EAS'],
  [0x0d, 'tag information'],
  [0x11, 'version'],
  [0x13, 'vendor’s initialisation'],
  [0x14, 'pass through'],
  [PAD.inventory, 'inventory'],
]);

export const ERROR = { ok: 0x00, notThere: 0x06 } as const;

/** The protocol lists these numbers; what was not to be had is which means what, but for 00h and 06h. */
export const ERRORS: ReadonlyMap<number, string> = new Map<number, string>([
  [ERROR.ok, 'ok'],
  [ERROR.notThere, 'no such tag'],
  ...[0x02, 0x0f, 0x11, 0x12, 0x15, 0x16, 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0xfd, 0xfe].map(
    (error): [number, string] => [error, `error ${error.toString(16).toUpperCase().padStart(2, '0')}h`],
  ),
]);
