/** Journal entries in plain words; a new kind of entry does not compile without them. */
import { speak } from '../../pages/language.ts';
import type { EntryKind } from '../../protocol/platform/entries.ts';

type Words = Readonly<Record<EntryKind, string>>;

const en: Words = {
  terminalStarted: 'The terminal started',
  boardStarted: 'Board {{board}} started',
  tamperOpened: 'The housing at board {{board}} was opened',
  tamperClosed: 'The housing at board {{board}} was shut',
  holdPlaced: 'A hold: {{title}}',
  holdReady: 'Ready for its patron',
  holdWithdrawn: 'The hold was withdrawn',
  couriersSet: 'Courier badges: {{count}}',
  sessionStarted: 'Somebody came ({{purpose}})',
  unlockRequested: '{{compartment}} unlocks ({{purpose}})',
  unlockEnded: '{{compartment}}: {{outcome}}',
  doorOpened: '{{compartment}}: door opened',
  doorClosed: '{{compartment}}: door closed',
  itemLoaded: '{{compartment}}: item {{item}} is in',
  loadingVoided: '{{compartment}}: nothing was put in',
  loanPosted: '{{compartment}}: item {{item}} lent',
  loanVoided: '{{compartment}}: no loan, nothing was taken',
  inDoubt: '{{compartment}}: in doubt',
  sessionEnded: 'The visit ended: {{outcome}}',
  compartmentOut: '{{compartment}}: out of service',
  compartmentBack: '{{compartment}}: in service again',
  codesRefused: 'Wrong codes in a row: {{count}}',
};

const zh: Words = {
  terminalStarted: '终端启动',
  boardStarted: '锁控板 {{board}} 启动',
  tamperOpened: '锁控板 {{board}} 处的机箱被打开',
  tamperClosed: '锁控板 {{board}} 处的机箱已关闭',
  holdPlaced: '预约：{{title}}',
  holdReady: '可供读者取书',
  holdWithdrawn: '预约已撤回',
  couriersSet: '配送员证：{{count}} 张',
  sessionStarted: '有人来访（{{purpose}}）',
  unlockRequested: '{{compartment}} 开锁（{{purpose}}）',
  unlockEnded: '{{compartment}}：{{outcome}}',
  doorOpened: '{{compartment}}：门已开',
  doorClosed: '{{compartment}}：门已关',
  itemLoaded: '{{compartment}}：{{item}} 已入柜',
  loadingVoided: '{{compartment}}：未放入图书',
  loanPosted: '{{compartment}}：{{item}} 已借出',
  loanVoided: '{{compartment}}：未取书，不计借阅',
  inDoubt: '{{compartment}}：待核实',
  sessionEnded: '访问结束：{{outcome}}',
  compartmentOut: '{{compartment}}：停用',
  compartmentBack: '{{compartment}}：恢复使用',
  codesRefused: '连续输错取书码：{{count}} 次',
};

export const tellEntryIn = speak(zh, en);

type Values = { readonly [K in 'pickup' | 'loading' | Outcome]: string };
type Outcome =
  | 'opened'
  | 'notOpened'
  | 'notPulsed'
  | 'cutShort'
  | 'refused'
  | 'unknown'
  | 'done'
  | 'voided'
  | 'inDoubt';

const enValues: Values = {
  pickup: 'collects',
  loading: 'loads',
  opened: 'unlocked and opened',
  notOpened: 'unlocked, not opened',
  notPulsed: 'not unlocked',
  cutShort: 'the pulse was cut short',
  refused: 'the board refused',
  unknown: 'not known whether it opened',
  done: 'done',
  voided: 'voided',
  inDoubt: 'in doubt',
};

const zhValues: Values = {
  pickup: '取书',
  loading: '装书',
  opened: '已开锁开门',
  notOpened: '已开锁，门未开',
  notPulsed: '未开锁',
  cutShort: '开锁脉冲中断',
  refused: '锁控板拒绝',
  unknown: '是否开门未知',
  done: '完成',
  voided: '作废',
  inDoubt: '待核实',
};

export const tellValueIn = speak(zhValues, enValues);
export const isValue = (text: string | undefined): text is keyof Values =>
  text !== undefined && text in enValues;
