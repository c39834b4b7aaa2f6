/** The page's texts in Chinese and English; both have every key. */
import { speak, type Tell as TellOf } from '../../pages/language.ts';

const en = {
  title: 'A cabinet without hardware',
  other: '中文',
  scanner: 'Scanner',
  scan: 'Scan',
  scanHint: 'badge, item barcode or pickup code',
  badge: 'Courier badge',
  hands: 'Hands',
  handsHint: 'When a door is open, click it: put a book in, take it out, close the door.',
  put: 'Put {{item}}',
  take: 'Take the book',
  close: 'Close the door',
  technician: 'Technician',
  jam: 'Jam',
  unjam: 'Free',
  force: 'Force open',
  cutCable: 'Pull its cable',
  mendCable: 'Plug its cable in',
  reset: 'Reset',
  coils: '{{pulses}} pulses, longest {{longest}} ms',
  openHousing: 'Open the housing',
  shutHousing: 'Shut the housing',
  button: 'Button {{button}}',
  boardsUp: '{{up}} of {{all}} boards connected',
  lost: 'The simulator does not answer.',
} as const;

const zh: Record<keyof typeof en, string> = {
  title: '模拟书柜',
  other: 'English',
  scanner: '扫码器',
  scan: '扫码',
  scanHint: '工牌、图书条码或取书码',
  badge: '配送员工牌',
  hands: '双手',
  handsHint: '柜门打开后点击它：放书、取书、关门。',
  put: '放入 {{item}}',
  take: '取出图书',
  close: '关门',
  technician: '技术员',
  jam: '卡住',
  unjam: '修好',
  force: '撬开',
  cutCable: '拔掉线缆',
  mendCable: '插回线缆',
  reset: '重启',
  coils: '线圈动作 {{pulses}} 次，最长 {{longest}} 毫秒',
  openHousing: '打开机箱',
  shutHousing: '关闭机箱',
  button: '按钮 {{button}}',
  boardsUp: '锁控板已连接 {{up}}/{{all}}',
  lost: '模拟器没有响应。',
};

export type Tell = TellOf<keyof typeof en>;
export const tellIn = speak(zh, en);
