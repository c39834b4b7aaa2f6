/** npm run decode: what is right is explained field by field, what is wrong says where and why and exits 1. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { explainCode, explainReports } from '../../protocol/barcode/explain.ts';
import golden from '../../protocol/vectors/barcode.json' with { type: 'json' };
import { WireError } from '../../protocol/wire/error.ts';
import { fromHex } from '../../protocol/wire/hex.ts';
import { decodeCommand } from '../../tools/decode/command.ts';
import { explained, explainedOne, inJson, inText } from '../../tools/decode/explanation.ts';

/** The command within this process: what it tells on its two ways out. */
async function decode(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  let ok = true;
  const program = decodeCommand((explanation, json) => {
    stdout = json ? inJson(explanation) : inText(explanation);
    ok = explanation.ok;
  });
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({
      writeErr: (text) => {
        stderr += text;
      },
    });
  await program.parseAsync(args, { from: 'user' }).catch((error: Error) => {
    stderr += error.message;
    ok = false;
  });
  return { ok, stdout, stderr };
}

test.each([
  [
    ['tag', '1101013130303030303030353600000000000098A4444B3731383530300000000000'],
    'item 1000000056, owner DK-718500',
  ],
  [['tag', '--dsfid', '3e', '00'.repeat(32)], 'a blank tag'],
  [['rfid', 'feig', '0d:00:65:00:03:03:00:44', '53 0d 30 33 09'], 'Get Software Version'],
  [['lock', '8a', '8a', '01', '01', '11', '9b'], 'unlock lock 1'],
  [['hid', ...golden.keyboard.reports], 'keyboard: the code B12-'],
  [['barcode', ']F0A30234000517861B'], 'check digit right'],
  [['sip2', '9900302.00AY1AZFCA5'], 'SC status'],
])('%s', async (args, words) => {
  const { ok, stdout } = await decode(...args);
  expect(stdout.split('\n')[0]).toContain(words);
  expect(ok).toBe(true);
});

test.each([
  [['lock', '8a', '8a0101119c'], 'byte 4 (in "XOR"): the XOR is wrong [wire.checksum]'],
  [['rfid', 'feig', '0d0065'], '[wire.length]'],
  [['tag', '01'], 'no model explains it'],
  [['hid', `02ff${'00'.repeat(62)}`], 'byte 1 (in "length of the data"): 255 bytes of data'],
  [['barcode', ']C1'], 'there is no code'],
])('%s is wrong', async (args, words) => {
  const { ok, stdout } = await decode(...args);
  expect(stdout).toContain(words);
  expect(ok).toBe(false);
});

test.each([
  [['lock', '8a', '8a0'], 'not pairs of hexadecimal digits'],
  [['lock', '9z', '00'], '8a, wkly, cu16, cu48'],
  [['hid', '00', '--vendor', 'honeywell'], 'hexadecimal digits, such as 0c2e'],
])('%s says what it needs', async (args, words) => {
  const { ok, stderr } = await decode(...args);
  expect(stderr).toContain(words);
  expect(ok).toBe(false);
});

test('the command itself: --json is one object on one line, and what is wrong exits 1', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'tools/decode.ts', ...args], { encoding: 'utf8' });
  const right = run('--json', 'lock', '8a', '8a0101119b');
  const fields = [{ frame: 0, at: 0, bytes: '8a', name: 'head' }, {}, {}, {}, {}];
  expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, fields });
  expect(right.status).toBe(0);
  const wrong = run('lock', '8a', '8a0101119c', '--json');
  expect(JSON.parse(wrong.stdout)).toMatchObject({
    ok: false,
    error: { code: 'wire.checksum', frame: 0, at: 4 },
  });
  expect(wrong.status).toBe(1);
  const unclear = run('lock', '8a', 'zz');
  expect(unclear.stderr).toContain('not pairs of hexadecimal digits');
  expect(unclear.status).toBe(1);
});

test('the table is aligned, long fields go on in the next line, and nothing is said of empty ones', () => {
  const explanation = explainedOne((trail) => {
    trail.push(
      { at: 0, bytes: fromHex('000102030405060708'), name: 'numbers', words: 'nine' },
      { at: 9, bytes: new Uint8Array(), name: 'nothing', words: '' },
      { at: 9, bytes: fromHex('ff'), name: 'end', words: '' },
    );
    return 'Ten bytes.';
  });
  expect(inText(explanation)).toBe(
    [
      'Ten bytes.',
      '',
      'offset  bytes                    field    what it says',
      '     0  00 01 02 03 04 05 06 07  numbers  nine',
      '     8  08',
      '     9  FF                       end',
    ].join('\n'),
  );
});

test('bytes that are missing are told behind the last field', () => {
  const explanation = explainedOne((trail) => {
    trail.push({ at: 0, bytes: fromHex('02'), name: 'head', words: '' });
    throw new WireError('wire.short', 'more was due');
  });
  expect(inText(explanation)).toContain('byte 1 (behind "head"): more was due [wire.short]');
  expect(JSON.parse(inJson(explanation)).error).toEqual({ code: 'wire.short', frame: 0, at: 1 });
});

test('the reports of one code are explained together, and a missing end is told', () => {
  const reports = golden.honeywell.reports.map(fromHex);
  const whole = explained((trails) => explainReports(reports.slice(4, 6), { vendorId: 0x0c2e }, trails));
  expect(whole.frames).toHaveLength(2);
  expect(whole.sentence).toMatch(/^HID POS, layout aim: the code .*Checksum: N\/A<0D><0A> \(\]X0/);
  const half = explained((trails) => explainReports(reports.slice(0, 1), {}, trails));
  expect(half.sentence).toMatch(
    /layout aim, as it looks.*: half a code of 56 characters, its next report is missing/,
  );
});

test('a defect is no WireError and is not explained away', () => {
  expect(() =>
    explainedOne(() => {
      throw new TypeError('a defect');
    }),
  ).toThrow(TypeError);
});

test.each([
  ['30234000517862', /check digit wrong or none/],
  ['978-0-306-40615-7', /ISBN 9780306406157, before 2007 0306406152/],
  ['9780306406158', /no ISBN/],
  ['CODE39W', /would be right as the check character of Code 39/],
  ['CODE39', /would be "W"/],
  ['abc', /^the code abc$/],
])('code %s', (code, words) => {
  expect(explainCode(code)).toMatch(words);
});
