/** What the panel lets a person hear of a step: that it went well, or that it did not. */
import type { KioskView, NoticeName } from '../lending/screen.ts';

/** Notices that say yes; every other one says no. */
const WELL: ReadonlySet<NoticeName> = new Set(['itemLoaded', 'courierDone']);

/** What to sound when the view changes; nothing while it stays what it is. */
export function feedback(before: KioskView | undefined, now: KioskView): 'done' | 'refused' | undefined {
  if (now.notice && now.notice.untilMs !== before?.notice?.untilMs)
    return WELL.has(now.notice.name) ? 'done' : 'refused';
  return now.screen.name === 'collected' && before?.screen.name !== 'collected' ? 'done' : undefined;
}
