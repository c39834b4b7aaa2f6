/** The world's errors: one class, codes `area.what`. Each code has a line in docs/troubleshooting.md. */
export type ErrorCode =
  | 'config.missing'
  | 'config.syntax'
  | 'config.field'
  | 'port.url'
  | 'port.open'
  | 'port.lost'
  | 'ledger.notOurs'
  | 'ledger.newer'
  | 'ledger.corrupt'
  | 'ledger.inUse'
  | 'ledger.write'
  | 'link.timeout'
  | 'link.closed'
  | 'link.refused'
  | 'link.incompatible'
  | 'device.away'
  | 'device.timeout'
  | 'device.refused'
  | 'device.answer'
  | 'library.away'
  | 'library.timeout'
  | 'library.refusedLogin'
  | 'library.answer'
  | 'kiosk.listen'
  | 'service.listen'
  | 'service.away'
  | 'service.request'
  | 'flash.board'
  | 'flash.hex'
  | 'flash.avrdude'
  | 'flash.bootloader'
  | 'flash.write';

export class TerminalError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
    this.code = code;
  }
}
