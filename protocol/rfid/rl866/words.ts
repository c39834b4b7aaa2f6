/** Numbers of the RL866 and its relatives in words. */

export const RL866 = {
  inventory: 0x31,
  connect: 0x32,
  disconnect: 0x33,
  access: 0x34,
  /** Access codes of command 34h. */
  readBlocks: 0x0003,
  writeBlocks: 0x0004,
  writeAfi: 0x0006,
  systemInformation: 0x000a,
  enableEas: 0x000c,
  disableEas: 0x000d,
  easAlarm: 0x000f,
  /** Status: the alternating bit was not the one expected. */
  wrongSequence: 0x104,
  /** Status of an access: the tag was silent. */
  tagSilent: 0x401,
} as const;

export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [0x01, 'read configuration'],
  [RL866.inventory, 'inventory'],
  [RL866.connect, 'connect to a tag'],
  [RL866.disconnect, 'disconnect from a tag'],
  [RL866.access, 'access a tag’s memory'],
]);

export const ACCESSES: ReadonlyMap<number, string> = new Map([
  [0x0001, 'reset'],
  [0x0002, 'select'],
  [RL866.readBlocks, 'read blocks'],
  [RL866.writeBlocks, 'write blocks'],
  [RL866.writeAfi, 'write AFI'],
  [RL866.systemInformation, 'system information'],
  [RL866.enableEas, 'enable EAS'],
  [RL866.disableEas, 'disable EAS'],
  [RL866.easAlarm, 'EAS alarm'],
]);

export const STATUSES: ReadonlyMap<number, string> = new Map([
  [0x000, 'ok'],
  [0x002, 'invalid argument'],
  [0x004, 'time-out'],
  [0x101, 'the reader saw a wrong checksum'],
  [0x103, 'the reader does not know the command'],
  [RL866.wrongSequence, 'out of step'],
  [RL866.tagSilent, 'the tag did not answer'],
  [0x404, 'tags collided'],
  [0x405, 'the tag’s answer had a wrong checksum'],
  [0x415, 'wrong handle'],
  [0x419, 'tags collided'],
  [0x41b, 'the block is locked, or there is no such block'],
  [0x41c, 'no such block'],
  [0x420, 'no such tag'],
]);

export const statusText = (status: number): string =>
  STATUSES.get(status) ?? `status ${status.toString(16)}h`;
