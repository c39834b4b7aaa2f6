/** A library's due date (AH): no field of the standard, but text as the library's people write it. */
import type { Sip2Peer } from './sip2-settings.ts';

const WRITTEN =
  /^(\d{4})[-/.年]?(\d\d)[-/.月]?(\d\d)日?(?:(?:[ T]+| {3}Z)(\d\d):?(\d\d)(?::?(\d\d))?)?(?![\d:])/;

/** As ISO 8601 in UTC; a day alone lasts until its end. `undefined` for what is written in any other way. */
export function dueDate(text: string | undefined, dates: Sip2Peer['dates']): string | undefined {
  const [whole, year, month, day, hour, minute, second = '00'] = WRITTEN.exec(text ?? '') ?? [];
  if (whole === undefined) return undefined;
  const time = hour === undefined ? '23:59:59' : `${hour}:${minute}:${second}`;
  const iso = `${year}-${month}-${day}T${time}`;
  // 31 June comes back as another day, or not at all.
  const check = Date.parse(`${iso}Z`);
  if (Number.isNaN(check) || !new Date(check).toISOString().startsWith(iso)) return undefined;
  const utc = dates === 'utc' || whole.includes('   Z');
  return new Date(utc ? `${iso}Z` : iso).toISOString();
}
