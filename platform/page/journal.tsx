/** The newest entries of a terminal's journal, in plain words. */
import type { Language } from '../../pages/language.ts';
import { isValue, tellEntryIn, tellValueIn } from './entries.ts';
import type { JournalRow } from './server.ts';

export function Journal({ language, rows }: { language: Language; rows: readonly JournalRow[] }) {
  const tellEntry = tellEntryIn(language);
  const tellValue = tellValueIn(language);
  const value = (text: string | undefined) => (isValue(text) ? tellValue(text) : (text ?? ''));
  return (
    <ol class="journal">
      {rows.map(({ sequence, time, data }) => (
        <li key={sequence} title={data.kind}>
          <b>{sequence}</b>
          <span>
            {tellEntry(data.kind, {
              board: data.board ?? '',
              title: data.title ?? '',
              item: data.item ?? '',
              compartment: data.compartment ?? '',
              count: data.count ?? 0,
              purpose: value(data.purpose ?? data.cause),
              outcome: value(data.outcome),
            })}
          </span>
          <time dateTime={time}>{time && new Date(time).toLocaleTimeString('zh-CN')}</time>
        </li>
      ))}
    </ol>
  );
}
