/** The symbology prefix of ISO/IEC 15424: `]`, a letter for the symbology, a modifier, such as `]C1`. */

const PREFIX = /^\][A-Za-z][0-9A-Za-z]/;
const PREFIX_CHARS = 3;

/**
 * The symbology characters that scanners send; as Zebra's "AIM Code Characters" (DS457 and CR6080 guides, appendix
 * "Programming reference"), Datalogic KA-01477 and Opticon's Universal Menu Book, 4.12-4.16, list them alike.
 */
const SYMBOLOGIES: Readonly<Record<string, string>> = {
  A: 'Code 39',
  B: 'Telepen',
  C: 'Code 128',
  E: 'EAN/UPC',
  F: 'Codabar',
  G: 'Code 93',
  H: 'Code 11',
  I: 'Interleaved 2 of 5',
  K: 'Code 16K',
  L: 'PDF417',
  M: 'MSI',
  O: 'Codablock',
  Q: 'QR Code',
  R: 'Straight 2 of 5, two-bar start',
  S: 'Straight 2 of 5',
  T: 'Code 49',
  U: 'MaxiCode',
  X: 'a bar code without a letter of its own',
  Z: 'no bar code',
  d: 'Data Matrix',
  e: 'GS1 DataBar',
  z: 'Aztec',
};

/** Only modifiers that the sources above agree on; those of Codabar differ between makers. */
const MODIFIERS: Readonly<Record<string, string>> = {
  A0: 'check character not looked at',
  A1: 'check character verified and sent',
  A3: 'check character verified and removed',
  A4: 'full ASCII',
  A5: 'full ASCII, check character verified and sent',
  A7: 'full ASCII, check character verified and removed',
  C0: 'plain',
  C1: 'GS1-128: FNC1 first',
  C2: 'FNC1 second',
  C4: 'ISBT 128',
  E0: 'EAN-13, UPC-A or UPC-E',
  E3: 'EAN-13, UPC-A or UPC-E with an add-on',
  E4: 'EAN-8',
  I0: 'check digit not looked at',
  I1: 'check digit verified and sent',
  I3: 'check digit verified and removed',
  Q3: 'GS1 QR Code',
  // Capture of a Voyager 1602g: the echo of a menu command, with ACK, NAK or ENQ.
  Z6: 'the answer to a menu command',
};

export interface AimIdentifier {
  /** With the `]`. */
  readonly identifier: string;
  /** `undefined`: a letter that is not in the table. */
  readonly symbology: string | undefined;
  readonly modifier: string;
  /** What the modifier says, where it is known. */
  readonly meaning: string | undefined;
  /** The code behind the identifier. */
  readonly rest: string;
}

/** `undefined` where the text does not begin with an identifier. */
export function aimIdentifier(text: string): AimIdentifier | undefined {
  if (!PREFIX.test(text)) return undefined;
  const identifier = text.slice(0, PREFIX_CHARS);
  const letter = identifier.charAt(1);
  const modifier = identifier.charAt(2);
  return {
    identifier,
    symbology: own(SYMBOLOGIES, letter),
    modifier,
    meaning: own(MODIFIERS, letter + modifier),
    rest: text.slice(PREFIX_CHARS),
  };
}

/** In words for a technician. */
export function aimWords(identifier: string): string {
  const aim = aimIdentifier(identifier);
  if (!aim) return 'no AIM identifier';
  const meaning = aim.meaning ?? `modifier ${aim.modifier}`;
  return `${aim.identifier} ${aim.symbology ?? 'unknown symbology'}, ${meaning}`;
}

/** The code without the prefix that scanners can be set to add. No code of ours starts with `]`. */
export function withoutAimIdentifier(text: string): string {
  return text.replace(PREFIX, '');
}

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
