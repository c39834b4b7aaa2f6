/** What the tags behind a door said, in plain words: what is missing, what nobody expected. */
import { type Language, speak } from '../../pages/language.ts';
import type { EntryOf } from '../../protocol/platform/entries.ts';

const en = {
  compartment: 'inside',
  pad: 'at the pad',
  confirmed: 'all as it should be',
  unreadable: 'nothing certain',
  missing: 'missing {{items}}',
  unexpected: 'not expected {{items}}',
  unknownTags: 'tags that name no item: {{count}}',
  between: '; ',
} as const;

const zh: Record<keyof typeof en, string> = {
  compartment: '柜内',
  pad: '感应区',
  confirmed: '与登记相符',
  unreadable: '未能确认',
  missing: '缺少 {{items}}',
  unexpected: '多出 {{items}}',
  unknownTags: '无馆藏号的标签 {{count}} 个',
  between: '；',
};

const tellIn = speak(zh, en);

export type Checked = Pick<
  EntryOf<'contentChecked'>,
  'at' | 'verdict' | 'missing' | 'unexpected' | 'unknownTags'
>;

export function tellContent(language: Language, checked: Checked): { where: string; findings: string } {
  const { at, verdict, missing, unexpected, unknownTags } = checked;
  const tell = tellIn(language);
  const findings = [
    ...(verdict === 'confirmed' || verdict === 'unreadable' ? [tell(verdict)] : []),
    ...(missing.length > 0 ? [tell('missing', { items: missing.join(', ') })] : []),
    ...(unexpected.length > 0 ? [tell('unexpected', { items: unexpected.join(', ') })] : []),
    ...(unknownTags > 0 ? [tell('unknownTags', { count: unknownTags })] : []),
  ];
  return { where: tell(at), findings: findings.join(tell('between')) };
}
