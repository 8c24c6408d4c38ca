import { makeText } from '../../kit/text';
import { jobStates } from './api';
import { en } from './text.en';
import { zh } from './text.zh';

export const useT = makeText(en, zh);
export type T = ReturnType<typeof useT>;
/** A state that is not known is said as it is. */
export const stateWord = (t: T, state: string) => {
  const known = jobStates.find((one) => one === state);
  return known === undefined ? state : t(`state_${known}`);
};
