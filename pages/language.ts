/** Two languages for a page: typed texts in i18next; every key stands in both. */
import { createInstance } from 'i18next';

export type Language = 'zh' | 'en';
export type Tell<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

export function speak<K extends string>(
  zh: Readonly<Record<K, string>>,
  en: Readonly<Record<K, string>>,
): (language: Language) => Tell<K> {
  const texts = createInstance();
  void texts.init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: 'zh',
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    // Preact escapes what it shows.
    interpolation: { escapeValue: false },
  });
  return (language) => {
    const t = texts.getFixedT(language);
    return (key, values) => t(key, { ...values });
  };
}
