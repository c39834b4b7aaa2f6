/** What the fields of an entry say, in plain words; a new value does not compile without them. */
import { speak } from '../../pages/language.ts';
import type { EntryOf } from '../../protocol/platform/entries.ts';

type Value =
  | EntryOf<'unlockRequested'>['cause']
  | EntryOf<'sessionStarted'>['purpose']
  | EntryOf<'unlockEnded'>['outcome']
  | EntryOf<'sessionEnded'>['outcome']
  | EntryOf<'loanVoided'>['reason']
  | EntryOf<'compartmentOut'>['reason']
  | DoubtReason;
export type DoubtReason = EntryOf<'inDoubt'>['reason'];
type Values = Readonly<Record<Value, string>>;

const en: Values = {
  pickup: 'collects',
  loading: 'loads',
  return: 'brings back',
  unloading: 'takes out',
  opened: 'unlocked and opened',
  notOpened: 'unlocked, not opened',
  notPulsed: 'not unlocked',
  cutShort: 'the pulse was cut short',
  refused: 'the board refused',
  unknown: 'not known whether it opened',
  done: 'done',
  voided: 'voided',
  inDoubt: 'in doubt',
  doorNotOpened: 'the door did not open',
  boardRefused: 'the board refused',
  boardAway: 'the board is away',
  cancelled: 'cancelled',
  itemStillInside: 'the item is still inside',
  itemNotInside: 'the item is not inside',
  doorDoesNotOpen: 'its door does not open',
  contentUnknown: 'it is not known what is inside',
  doorLeftOpen: 'the door was left open',
  boardRestarted: 'the board restarted while it unlocked',
  pulseUnknown: 'not known whether the door opened',
  loadingUnknown: 'not known whether it was put in',
  returnUnknown: 'not known whether it was brought back',
  itemMissing: 'not where it should be',
  itemUnexpected: 'nobody put it there',
  partsMissing: 'a part of the set is missing',
};

const zh: Values = {
  pickup: '取书',
  loading: '装书',
  return: '还书',
  unloading: '取出',
  opened: '已开锁开门',
  notOpened: '已开锁，门未开',
  notPulsed: '未开锁',
  cutShort: '开锁脉冲中断',
  refused: '锁控板拒绝',
  unknown: '是否开门未知',
  done: '完成',
  voided: '作废',
  inDoubt: '待核实',
  doorNotOpened: '门未打开',
  boardRefused: '锁控板拒绝',
  boardAway: '锁控板离线',
  cancelled: '已取消',
  itemStillInside: '书还在柜内',
  itemNotInside: '书不在柜内',
  doorDoesNotOpen: '柜门打不开',
  contentUnknown: '柜内情况不明',
  doorLeftOpen: '柜门没有关上',
  boardRestarted: '开锁时锁控板重启',
  pulseUnknown: '柜门是否打开过未知',
  loadingUnknown: '是否放入未知',
  returnUnknown: '是否归还未知',
  itemMissing: '不在应在的格口',
  itemUnexpected: '没有登记就出现在格口里',
  partsMissing: '成套图书缺件',
};

export const tellValueIn = speak(zh, en);
export const isValue = (text: string | undefined): text is Value => text !== undefined && text in en;
