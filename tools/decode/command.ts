/** The decode command: what it can be asked, on its command line. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { explainCode, explainReports } from '../../protocol/barcode/explain.ts';
import type { PosLayout } from '../../protocol/barcode/hid-pos.ts';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import { RFID_DRIVER_NAMES, RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import { explainSip2 } from '../../protocol/sip2/decode.ts';
import { SIP2_OPTIONS } from '../../protocol/sip2/options.ts';
import { fromHex } from '../../protocol/wire/hex.ts';
import { type Explanation, explained, explainedOne } from './explanation.ts';
import { explainedTag } from './tag.ts';

const HEX = 'pairs of hexadecimal digits; blanks and colons between them are fine';

function bytesOf(parts: readonly string[]): Uint8Array {
  try {
    return fromHex(parts.join(''));
  } catch (error) {
    throw new Error(`${(error as Error).message}; as in "8a 01:01 11 9b"`);
  }
}

/** Each argument is a report; arguments of a single byte are the bytes of one. */
function reportsOf(parts: readonly string[]): Uint8Array[] {
  const single = parts.every((part) => part.length <= 2);
  return single ? [bytesOf(parts)] : parts.map((part) => bytesOf([part]));
}

const hexNumber = (digits: number, example: string) => (text: string) => {
  if (!new RegExp(`^[0-9a-f]{1,${digits}}$`, 'i').test(text))
    throw new InvalidArgumentError(`up to ${digits} hexadecimal digits, such as ${example}`);
  return Number.parseInt(text, 16);
};

/** `tell` hears each explanation, and whether it is wanted as JSON. */
export function decodeCommand(tell: (explanation: Explanation, json: boolean) => void): Command {
  const program = new Command('decode');
  program
    .description('Explains bytes in words, field by field: offset, bytes, field, what it says')
    .option('--json', 'one JSON object: ok, sentence, fields, error');
  const told = (explanation: Explanation) =>
    tell(explanation, program.opts<{ json?: boolean }>().json === true);
  addDevices(program, told);
  addCodes(program, told);
  return program;
}

function addDevices(program: Command, told: (explanation: Explanation) => void): void {
  program
    .command('tag')
    .description(
      'the memory of a library tag, from its first block: ISO 28560-3 and -2, DS/INF 163-1, RFID 501',
    )
    .argument('<hex...>', HEX)
    .option('--dsfid <byte>', 'as the reader tells it, such as 3e', hexNumber(2, '3e'))
    .action((parts: string[], { dsfid }: { dsfid?: number }) => {
      const memory = bytesOf(parts);
      told(explainedOne((trail) => explainedTag(memory, dsfid, trail)));
    });

  program
    .command('rfid')
    .description('one frame of an RFID reader, in either direction')
    .addArgument(new Argument('<driver>', 'the kind of reader').choices(RFID_DRIVER_NAMES))
    .argument('<hex...>', HEX)
    .action((driver: RfidDriverName, parts: string[]) => {
      const bytes = bytesOf(parts);
      told(explainedOne((trail) => RFID_DRIVERS[driver].decode(bytes, trail)));
    });

  program
    .command('lock')
    .description('one frame of a lock board, in either direction')
    .addArgument(new Argument('<driver>', 'the kind of board').choices(LOCK_DRIVER_NAMES))
    .argument('<hex...>', HEX)
    .action((driver: LockDriverName, parts: string[]) => {
      const bytes = bytesOf(parts);
      told(explainedOne((trail) => LOCK_DRIVERS[driver].decode(bytes, trail)));
    });
}

function addCodes(program: Command, told: (explanation: Explanation) => void): void {
  program
    .command('hid')
    .description('the reports of a HID scanner: HID POS (64 bytes each) or keyboard (8 bytes each)')
    .argument('<hex...>', `a report each, in their order: ${HEX}`)
    .option('--vendor <id>', 'of the device, such as 0c2e: tells the layout', hexNumber(4, '0c2e'))
    .addOption(new Option('--layout <name>', 'where the vendor is not known').choices(['aim', 'plain']))
    .action((parts: string[], { vendor, layout }: { vendor?: number; layout?: PosLayout }) => {
      const reports = reportsOf(parts);
      told(explained((trails) => explainReports(reports, { vendorId: vendor, layout }, trails)));
    });

  program
    .command('barcode')
    .description('the text of a scanned code')
    .argument('<text>', 'as the scanner sent it; an AIM identifier such as ]C1 is understood')
    .action((text: string) => {
      told(explainedOne((trail) => explainCode(text, trail)));
    });

  program
    .command('sip2')
    .description('one SIP2 message; passwords are not shown')
    .argument('<text>', 'such as "9900302.00AY1AZFCA5"')
    .action((text: string) => {
      told(explainedOne((trail) => explainSip2(Buffer.from(text), SIP2_OPTIONS, trail)));
    });
}
