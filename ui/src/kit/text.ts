// Texts in two languages. A feature has text.en.ts, text.zh.ts (`satisfies Translation<typeof en>`: a
// missing key does not compile) and `export const useT = makeText(en, zh)`. In a text `{name}` is filled
// in, and `{n|one run|# runs}` takes the first form for exactly one, else the second; `#` is the number.
import { useCallback } from 'react';
import { getSettings, useSettings, type Language } from './settings';

export type Translation<Words> = { readonly [Key in keyof Words]: string };
export type Values = Record<string, string | number>;
export type Translate<Words> = (key: keyof Words & string, values?: Values) => string;

const part = /\{(\w+)(?:\|([^|{}]*)\|([^{}]*))?\}/g;

export function localeOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en-US';
}

export function fill(text: string, values: Values, language: Language): string {
  return text.replace(part, (whole: string, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    const shown = typeof value === 'number' ? value.toLocaleString(localeOf(language)) : value;
    if (one === undefined || other === undefined) return shown;
    const is_one = new Intl.PluralRules(localeOf(language)).select(Number(value)) === 'one';
    return (is_one ? one : other).replace('#', shown);
  });
}

/** The names that a text wants: both languages must want the same. */
export function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(part)].map((match) => match[1] ?? ''))].sort();
}

export function makeText<Words extends Record<string, string>>(en: Words, zh: Translation<Words>) {
  return function useT(): Translate<Words> {
    const { language } = useSettings();
    return useCallback(
      (key: keyof Words & string, values: Values = {}) =>
        fill((language === 'zh' ? zh[key] : en[key]) ?? key, values, language),
      [language],
    );
  };
}

/** For what is no component. */
export function translate<Words extends Record<string, string>>(
  en: Words,
  zh: Translation<Words>,
  key: keyof Words & string,
  values: Values = {},
): string {
  const { language } = getSettings();
  return fill((language === 'zh' ? zh[key] : en[key]) ?? key, values, language);
}
