/** Field types shared by entries, commands and state. */
import { type TSchema, Type } from '@sinclair/typebox';

const text = (max: number, description: string) => Type.String({ minLength: 1, maxLength: max, description });

export const HoldId = text(64, 'the platform’s id of a hold');
export const SessionId = text(64, 'one visit of one person; made by the terminal');
export const ItemId = text(64, 'primary item identifier: the barcode of one copy');
export const PatronRef = text(64, 'opaque reference of a patron; means nothing outside the platform');
export const CourierRef = text(64, 'opaque reference of a courier');
export const Title = text(200, 'title as the screen shows it');
export const CompartmentId = text(16, 'cabinet letter and number as on the door, such as A07');
export const IsoTime = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$',
  description: 'UTC, RFC 3339',
});
export const Hex256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hexadecimal' });
export const PassId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'names a credit pass' });
export const Isbn = Type.String({ pattern: '^97[89][0-9]{10}$', description: 'ISBN-13' });
export const Sequence = Type.Integer({ minimum: 1, description: 'position in the terminal’s journal' });
export const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** Sizes of compartments and items, smallest first. */
export const SIZES = ['small', 'medium', 'large'] as const;
export const Size = Type.Union(SIZES.map((size) => Type.Literal(size)));
export type Size = (typeof SIZES)[number];

/** One of several string constants. */
export function OneOf<const T extends readonly string[]>(values: T, description: string) {
  return Type.Unsafe<T[number]>(
    Type.Union(values.map((v) => Type.Literal(v)) as unknown as [TSchema], { description }),
  );
}

/** An object that admits no other field. */
export function Closed<P extends Record<string, TSchema>>(properties: P, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });
}

/** How high a compartment is, and how high a patron can reach. */
export const REACHES = ['low', 'high'] as const;
export type Reach = (typeof REACHES)[number];
