/**
 * SIP2's date, 18 characters `YYYYMMDD` `ZZZZ` `HHMMSS`, as ISO 8601 text: `2026-03-04T10:05:06` in the library's own
 * time (ZZZZ blank), `2026-03-04T10:05:06Z` in UTC (ZZZZ is `   Z`). Which time the library keeps is not on the wire.
 */

const WIRE = /^(\d{4})(\d\d)(\d\d)( {4}| {3}Z)(\d\d)(\d\d)(\d\d)$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z?)$/;
const BLANK = ' '.repeat(18);

/** `undefined` for a blank field and for what is no date. */
export function readDate(text: string): string | undefined {
  const [, year = '', month = '', day = '', zone = '', hour = '', minute = '', second = ''] =
    WIRE.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // A date that does not exist, such as 31 June, comes back as another one, or not at all.
  const time = Date.parse(`${iso}Z`);
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso)) return undefined;
  return zone.endsWith('Z') ? `${iso}Z` : iso;
}

/** Blank for `undefined`. @throws RangeError for anything else that is no ISO date and time. */
export function writeDate(iso: string | undefined): string {
  if (iso === undefined) return BLANK;
  const [whole, year, month, day, hour, minute, second, zone] = ISO.exec(iso) ?? [];
  const written = `${year}${month}${day}${zone ? '   Z' : '    '}${hour}${minute}${second}`;
  if (whole === undefined || readDate(written) === undefined)
    throw new RangeError(`"${iso}" is not like 2026-03-04T10:05:06 or 2026-03-04T10:05:06Z`);
  return written;
}
