/** The page's texts in Chinese and English; both have every key. */
import { createInstance } from 'i18next';

const en = {
  title: 'Credit Reading platform',
  other: '中文',
  order: 'Place an order',
  book: 'Title',
  barcode: 'Item barcode',
  place: 'Order',
  orders: 'Orders',
  noOrders: 'No orders yet: choose a book on the left and order it.',
  withdraw: 'Withdraw',
  ordered: 'Ordered',
  placed: 'The courier brings it',
  loaded: 'In the cabinet',
  ready: 'Ready: show this code',
  lent: 'Lent, due {{due}}',
  inDoubt: 'In doubt',
  withdrawn: 'Withdrawn',
  barcodeIs: 'barcode {{item}}',
  terminals: 'Terminals',
  up: 'connected',
  down: 'away',
  acknowledged: 'journal stored to {{sequence}}',
  chainbroken: 'hash chain broken',
  chainwhole: 'hash chain whole',
  doubts: 'In doubt',
  noDoubts: 'Nothing is in doubt.',
  closeTheDoor: 'compartment {{compartment}}: settled when its door closes',
  courierChecks: 'compartment {{compartment}}: a courier checks, scanning the item that lies there',
  journal: 'What the terminal told last',
  loans: 'Loans: {{count}}',
} as const;

const zh: Record<keyof typeof en, string> = {
  title: '信阅平台',
  other: 'English',
  order: '下单借书',
  book: '书名',
  barcode: '馆藏条码',
  place: '下单',
  orders: '订单',
  noOrders: '还没有订单：在左侧选一本书下单。',
  withdraw: '撤回',
  ordered: '已下单',
  placed: '配送中',
  loaded: '已入柜',
  ready: '可以取书：请出示取书码',
  lent: '已借出，{{due}} 到期',
  inDoubt: '待核实',
  withdrawn: '已撤回',
  barcodeIs: '条码 {{item}}',
  terminals: '终端',
  up: '已连接',
  down: '离线',
  acknowledged: '日志已存至 {{sequence}}',
  chainbroken: '哈希链断裂',
  chainwhole: '哈希链完整',
  doubts: '待核实',
  noDoubts: '没有待核实的事项。',
  closeTheDoor: '{{compartment}} 格口：关上门即可结清',
  courierChecks: '{{compartment}} 格口：由配送员扫描柜内图书核实',
  journal: '终端最近的记录',
  loans: '借出：{{count}}',
};

export type Language = 'zh' | 'en';
export type Tell = (key: keyof typeof en, values?: Record<string, string | number>) => string;

const texts = createInstance();
void texts.init({
  resources: { zh: { translation: zh }, en: { translation: en } },
  lng: 'zh',
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
});

export function tellIn(language: Language): Tell {
  const t = texts.getFixedT(language);
  return (key, values) => t(key, { ...values });
}
