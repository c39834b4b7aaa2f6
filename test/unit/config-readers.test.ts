/** Readers and tags in the configuration: what is taken, and what an error says. */
import { describe, expect, test } from 'vitest';
import { readerPlans, rulesOf, sensedIn } from '../../controller/config/readers.ts';
import { parseConfig } from '../../controller/config.ts';

const GOOD = `terminal: demo
data: ./data
boardPorts: [ "tcp://127.0.0.1:4000" ]
boards:
  - serialNumber: CR000001
    compartments: [ { name: A01, size: small }, { name: A02, size: large, use: returns }, { name: A03, size: small } ]
`;
const parse = (more: string) => parseConfig(GOOD + more, '/etc/terminal.yaml');
const SHELF = '{ name: shelf, driver: feig, port: "tcp://127.0.0.1:1", compartments: [A01, A02] }';
const PAD = '{ name: pad, driver: m3m810, port: "tcp://127.0.0.1:2", pad: true }';
const CARDS = '{ name: cards, driver: pn532, port: "tcp://127.0.0.1:3", pad: true }';

describe('readers', () => {
  test('look into the compartments of their antennas, or lie beside the screen', () => {
    const config = parse(`readers: [ ${SHELF}, ${PAD} ]\n`);
    expect(readerPlans(config)).toMatchObject([
      { name: 'shelf', url: 'tcp://127.0.0.1:1', compartments: ['A01', 'A02'] },
      { name: 'pad', compartments: [] },
    ]);
    expect(['A01', 'A02', 'A03'].map(sensedIn(config))).toEqual(['compartment', 'compartment', 'pad']);
  });

  test('of cards only prove nothing of what is inside', () => {
    expect(sensedIn(parse(`readers: [ ${CARDS} ]\n`))('A01')).toBe('no');
  });

  test.each([
    [`${SHELF.replace('A02', 'A09')}`, /readers\[0\]\.compartments\[1\].*no board has a compartment A09/],
    [`${SHELF}, ${SHELF.replace('shelf', 'other').replace(':1"', ':9"')}`, /shelf looks into A01 already/],
    [`${PAD}, ${PAD.replace(':2"', ':9"')}`, /reader pad is there already/],
    [
      `${PAD}, ${CARDS.replace(':3"', ':2"')}`,
      /port tcp:\/\/127\.0\.0\.1:2 is already at readers\[0\]\.port/,
    ],
    [SHELF.replace('}', ', pad: true }'), /either compartments, one for each antenna, or pad: true/],
    [SHELF.replace(', compartments: [A01, A02]', ''), /either compartments/],
    [SHELF.replace('feig', 'm3m810'), /m3m810 looks into at most 1 compartment$/],
    [SHELF.replace('feig', 'pn532'), /reads patrons' cards: give it pad: true/],
    [SHELF.replace('feig', 'fieg'), /allowed: feig, m3m810, rl866/],
  ])('%s is refused', (readers, words) => {
    expect(() => parse(`readers: [ ${readers} ]\n`)).toThrow(words);
  });
});

describe('tags', () => {
  test('of UHF name their items by the rule that is given', () => {
    const rules = rulesOf(parse('tags: { epc: { form: ascii, prefixHex: "3358" } }\n'));
    expect(rules.itemOfEpc('335833333030000000000000')).toBe('3300');
    expect(rules.itemOfEpc('445833333030000000000000')).toBeUndefined();
    expect(rulesOf(parse('')).itemOfEpc('335833333030000000000000')).toBeUndefined();
  });

  test.each([
    ['{ epc: { form: sgtin-96 } }', /tags\.epc\.companyPrefix.*is missing/],
    ['{ epc: { form: hex, companyPrefix: "4012345" } }', /belongs to sgtin-96 and grai-96 only/],
    ['{ models: [iso28560] }', /allowed: iso28560-3, danish, iso28560-2, rfid501/],
  ])('%s is refused', (tags, words) => {
    expect(() => parse(`tags: ${tags}\n`)).toThrow(words);
  });
});
