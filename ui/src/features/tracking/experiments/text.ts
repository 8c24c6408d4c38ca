import { makeText } from '../../../kit/text';
import { en } from './text.en';
import { zh } from './text.zh';

export const useT = makeText(en, zh);
