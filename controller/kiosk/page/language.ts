/** The page's languages: typed texts in i18next, and the language of the person in front. */
import { createInstance } from 'i18next';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Notice, Screen } from '../../lending/screen.ts';
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

/** A title and a compartment as they stand inside a sentence, also when the controller named none. */
export function named(tell: Tell, about: Screen | Notice): Values {
  return {
    title: bookOf(tell, 'title' in about ? about.title : undefined),
    compartment: ('compartment' in about && about.compartment) || tell('someDoor'),
  };
}

function bookOf(tell: Tell, title: string | undefined): string {
  if (!title) return tell('someBook');
  return BARCODE.test(title) ? tell('numbered', { item: title }) : tell('quoted', { title });
}

/** The texts in the language of the person in front. */
export const Telling = createContext<Tell>(tellIn('zh'));
export const useTell = (): Tell => useContext(Telling);
