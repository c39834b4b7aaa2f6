/** The page's languages: typed texts in i18next, and the language of the person in front. */
import { createInstance } from 'i18next';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Notice } from '../../lending/screen.ts';
import { en } from './texts/en.ts';
import type { TextKey, Texts } from './texts/keys.ts';
import { zh } from './texts/zh.ts';

export type Language = 'zh' | 'en';
export const TEXTS: Readonly<Record<Language, Texts>> = { zh, en };
export const otherLanguage = (language: Language): Language => (language === 'zh' ? 'en' : 'zh');

export type Values = Readonly<Record<string, string | number | undefined>>;
export type Tell = (key: TextKey, values?: Values) => string;

const texts = createInstance();
void texts.init({
  resources: { zh: { translation: zh }, en: { translation: en } },
  lng: 'zh',
  fallbackLng: false,
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // Preact escapes what it shows.
  interpolation: { escapeValue: false },
});

export function tellIn(language: Language): Tell {
  const t = texts.getFixedT(language);
  return (key, values) => t(key, { ...values });
}

/** One word with at least six digits in it: what stands for the title of a book that has none here. */
const BARCODE = /^[!-~]*(\d[!-~]*){6}$/;

/** A screen, a notice, an offer: whatever may name a book and a door. */
interface About {
  readonly name?: string;
  readonly title?: string;
  readonly compartment?: string;
}

/** A title and a compartment as they stand inside a sentence, also when the controller named none. */
export function named(tell: Tell, { title, compartment }: About): Values {
  return { title: bookOf(tell, title), compartment: compartment || tell('someDoor') };
}

/** With the other terminal and the date in words, where the controller named them. */
export function noticeText(tell: Tell, notice: Notice): string {
  const due = dateOf(tell, notice.due);
  const values = { ...named(tell, notice), elsewhere: notice.elsewhere, due };
  if (notice.name === 'full' && notice.elsewhere) return tell('notice.fullElsewhere', values);
  if (notice.name === 'renewed' && due) return tell('notice.renewedUntil', values);
  return tell(`notice.${notice.name}`, values);
}

function dateOf(tell: Tell, time: string | undefined): string | undefined {
  const atMs = Date.parse(time ?? '');
  if (Number.isNaN(atMs)) return undefined;
  return new Intl.DateTimeFormat(tell('locale'), { dateStyle: 'long' }).format(atMs);
}

const FEN_PER_YUAN = 100;

export function priceOf(tell: Tell, priceFen: number): string {
  const format = new Intl.NumberFormat(tell('locale'), { style: 'currency', currency: 'CNY' });
  return format.format(priceFen / FEN_PER_YUAN);
}

function bookOf(tell: Tell, title: string | undefined): string {
  if (!title) return tell('someBook');
  return BARCODE.test(title) ? tell('numbered', { item: title }) : tell('quoted', { title });
}

/** The texts in the language of the person in front. */
export const Telling = createContext<Tell>(tellIn('zh'));
export const useTell = (): Tell => useContext(Telling);
