/** Relative object identifiers of the library data elements (ISO 28560-1, 4.2; ISO 28560-2, table 1). */

export const OID = {
  item: 1,
  contentParameter: 2,
  owner: 3,
  setInformation: 4,
  usage: 5,
  shelf: 6,
  onix: 7,
  marc: 8,
  supplier: 9,
  order: 10,
  illLibrary: 11,
  illTransaction: 12,
  gs1: 13,
  product: 18,
  media: 19,
  stage: 20,
  title: 17,
  invoice: 21,
  alternativeItem: 22,
  alternativeOwner: 23,
  subsidiary: 24,
  alternativeIllLibrary: 25,
} as const;

const NAMES: readonly string[] = [
  'primary item identifier',
  'content parameter',
  'owner institution',
  'set information',
  'type of usage',
  'shelf location',
  'ONIX media format',
  'MARC media format',
  'supplier identifier',
  'order number',
  'ILL borrowing institution',
  'ILL borrowing transaction number',
  'GS1 product identifier',
  'alternative unique item identifier',
  'local data A',
  'local data B',
  'title',
  'product identifier (local)',
  'media format (other)',
  'supply chain stage',
  'supplier invoice number',
  'alternative item identifier',
  'alternative owner institution',
  'subsidiary of an owner institution',
  'alternative ILL borrowing institution',
  'local data C',
];

export const oidName = (oid: number): string => NAMES[oid - 1] ?? `object ${oid}`;

/** The content parameter names objects from 3 on, most significant bit first (ISO 28560-2, 6.3). */
const OID_OF_FIRST_BIT = 3;

export function oidsOfContentParameter(bitmap: Uint8Array): readonly number[] {
  return [...bitmap].flatMap((byte, at) =>
    [7, 6, 5, 4, 3, 2, 1, 0].flatMap((bit) =>
      (byte >> bit) & 1 ? [OID_OF_FIRST_BIT + at * 8 + 7 - bit] : [],
    ),
  );
}

/** As short as can be: a byte even where it names nothing. */
export function contentParameterOf(oids: readonly number[]): Uint8Array {
  const places = oids.map((oid) => oid - OID_OF_FIRST_BIT).filter((place) => place >= 0);
  const bitmap = new Uint8Array((Math.max(0, ...places) >> 3) + 1);
  for (const place of places) bitmap[place >> 3] = (bitmap[place >> 3] as number) | (0x80 >> (place & 7));
  return bitmap;
}
