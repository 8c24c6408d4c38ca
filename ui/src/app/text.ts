import { makeText } from '../kit/text';
import { en } from './text.en';
import { zh } from './text.zh';

export const useT = makeText(en, zh);

/** The text of a kind that search answers. */
export function kindWord(kind: string): keyof typeof en {
  return kind in en ? (kind as keyof typeof en) : 'results';
}
