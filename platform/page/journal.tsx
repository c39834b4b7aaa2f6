/** The newest entries of a terminal's journal, in plain words. */
import type { Language } from '../../pages/language.ts';
import { type Checked, tellContent } from './content.ts';
import { tellEntryIn } from './entries.ts';
import type { JournalRow } from './server.ts';
import { isValue, tellValueIn } from './values.ts';

export function Journal({ language, rows }: { language: Language; rows: readonly JournalRow[] }) {
  return (
    <ol class="journal">
      {rows.map(({ sequence, time, data }) => (
        <li key={sequence} title={data.kind}>
          <b>{sequence}</b>
          <span>{words(language, data)}</span>
          <time dateTime={time}>{time && new Date(time).toLocaleTimeString('zh-CN')}</time>
        </li>
      ))}
    </ol>
  );
}

function words(language: Language, data: JournalRow['data']): string {
  const tellValue = tellValueIn(language);
  const value = (text: string | undefined) => (isValue(text) ? tellValue(text) : (text ?? ''));
  return tellEntryIn(language)(data.kind, {
    board: data.board ?? '',
    title: data.title ?? '',
    item: data.item ?? '',
    compartment: data.compartment ?? '',
    count: data.count ?? 0,
    purpose: value(data.purpose ?? data.cause),
    outcome: value(data.outcome),
    reason: value(data.reason),
    by: value(data.by),
    claim: value(data.claim),
    fault: value(data.fault),
    grantedBy: value(data.grantedBy),
    what: value(data.what),
    why: value(data.why),
    ...(isChecked(data) ? tellContent(language, data) : {}),
  });
}

const isChecked = (data: object): data is Checked => 'verdict' in data;
