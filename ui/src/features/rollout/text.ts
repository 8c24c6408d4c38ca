import { makeText, translate, type Values } from '../../kit/text';
import { en } from './text.en';
import { zh } from './text.zh';

export type TextKey = keyof typeof en;
export const useT = makeText(en, zh);
export const say = (key: TextKey, values?: Values): string => translate(en, zh, key, values);
