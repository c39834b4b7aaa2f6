/** Texts about open stock, in Chinese and English. */
import { speak, type Tell as TellOf } from '../../pages/language.ts';

const en = {
  place: 'Place a copy',
  terminal: 'Terminal',
  title: 'Title',
  barcode: 'Item barcode',
  size: 'Size',
  small: 'small',
  medium: 'medium',
  large: 'large',
  onlineOnly: 'not to be lent while offline',
  isbn: 'ISBN, of a bookshop’s new book',
  price: 'Price, yuan',
  nothing: 'No open stock yet.',
  shop: 'new, {{yuan}} yuan, {{isbn}}',
  recall: 'Recall',
  liftRecall: 'Lift the recall',
  recalled: 'recalled: a courier takes it out',
  is_ordered: 'ordered',
  is_placed: 'the courier brings it',
  is_loaded: 'to be borrowed',
  is_lent: 'lent',
  is_out: 'taken out',
  is_withdrawn: 'withdrawn',
  is_refused: 'refused by the terminal',
  is_gone: 'given up',
} as const;

const zh: Record<keyof typeof en, string> = {
  place: '投放图书',
  terminal: '终端',
  title: '书名',
  barcode: '馆藏条码',
  size: '尺寸',
  small: '小',
  medium: '中',
  large: '大',
  onlineOnly: '离线时不可借',
  isbn: '书店新书的 ISBN',
  price: '定价（元）',
  nothing: '还没有开架图书。',
  shop: '新书，{{yuan}} 元，{{isbn}}',
  recall: '召回',
  liftRecall: '取消召回',
  recalled: '已召回：由配送员取出',
  is_ordered: '已安排',
  is_placed: '配送中',
  is_loaded: '可借',
  is_lent: '已借出',
  is_out: '已取出',
  is_withdrawn: '已撤回',
  is_refused: '终端拒绝',
  is_gone: '不再查找',
};

export type StockTell = TellOf<keyof typeof en>;
export const tellStockIn = speak(zh, en);
