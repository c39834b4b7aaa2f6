/** Conflicts in plain words; a new rule does not compile without them. */
import { speak, type Tell as TellOf } from '../../pages/language.ts';
import type { Rule, RuleName } from '../conflicts.ts';

type Key =
  | 'all'
  | 'none'
  | 'word'
  | 'mark'
  | 'seen'
  | 'explained'
  | `rule_${RuleName}`
  | `outcome_${Rule['outcome']}`
  | `look_${Rule['look']}`;

const en: Readonly<Record<Key, string>> = {
  all: 'Show those that are settled as well',
  none: 'Nothing is to be looked at.',
  word: 'What you found',
  mark: 'I have looked',
  seen: 'Looked at on {{at}}: {{word}}',
  explained: 'Explained: {{why}}',
  rule_itemOnLoan: 'Lent while it was on loan elsewhere',
  rule_returnOrLoanFirst: 'A return and a loan: no clock tells which came first',
  rule_holdLentTwice: 'One hold was lent twice',
  rule_holdElsewhere: 'Lent on a hold of another terminal',
  rule_holdWithdrawn: 'Lent on a hold that was withdrawn',
  rule_heldForAnother: 'Lent while another patron waits for it',
  rule_itemRecalled: 'Lent after its recall',
  rule_disputedAndGone: 'Its patron denied the loan, and nobody found it',
  rule_patronOverLimit: 'More on loan than the tier allows',
  rule_passUnknown: 'Lent on a credit pass that we never made',
  rule_passOfAnother: 'Lent on another patron’s credit pass',
  rule_passRevoked: 'Lent on a revoked credit pass',
  rule_passExpired: 'Lent on a credit pass that had ended',
  rule_passOverLimit: 'A credit pass lent more than it allows',
  rule_purchaseUngranted: 'Bought though the platform had not agreed',
  rule_libraryRefused: 'The local library did not take it',
  outcome_loanStands: 'The loan stands.',
  outcome_newestLoanStands: 'The newest loan stands; this patron owes it no more.',
  outcome_noLoan: 'It counts as no loan.',
  outcome_nobodyOwes: 'Nobody owes it.',
  outcome_recordStands: 'Our record stands; theirs is to be put right.',
  look_operator: 'operator',
  look_library: 'local library',
  look_security: 'security',
  look_purchasing: 'purchasing',
};

const zh: Readonly<Record<Key, string>> = {
  all: '同时显示已处理的',
  none: '没有需要查看的事项。',
  word: '查看结果',
  mark: '我已查看',
  seen: '{{at}} 已查看：{{word}}',
  explained: '已澄清：{{why}}',
  rule_itemOnLoan: '在别处在借时又被借出',
  rule_returnOrLoanFirst: '归还与借出先后不明：时钟未校准',
  rule_holdLentTwice: '同一预约借出两次',
  rule_holdElsewhere: '以其他终端的预约借出',
  rule_holdWithdrawn: '预约撤回后借出',
  rule_heldForAnother: '另有读者预约时被借出',
  rule_itemRecalled: '召回后借出',
  rule_disputedAndGone: '读者否认借走，且未找到',
  rule_patronOverLimit: '在借数超出信用等级上限',
  rule_passUnknown: '以非本平台发放的凭证借出',
  rule_passOfAnother: '以他人的信用凭证借出',
  rule_passRevoked: '以已吊销的凭证借出',
  rule_passExpired: '以过期的凭证借出',
  rule_passOverLimit: '凭证借出超过限额',
  rule_purchaseUngranted: '平台未同意即购书',
  rule_libraryRefused: '本地图书馆未接受',
  outcome_loanStands: '借阅有效。',
  outcome_newestLoanStands: '以最新借阅为准，该读者不再欠书。',
  outcome_noLoan: '不计为借阅。',
  outcome_nobodyOwes: '不计在任何人名下。',
  outcome_recordStands: '以本平台记录为准，由对方更正。',
  look_operator: '运营人员',
  look_library: '本地图书馆',
  look_security: '安全人员',
  look_purchasing: '采购人员',
};

export type ConflictTell = TellOf<Key>;
export const tellConflictIn = speak(zh, en);
