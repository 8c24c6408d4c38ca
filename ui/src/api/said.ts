// What the server says, in the reader's language. Its sentences are the same on the command line, in the journal and
// in logs, in English; on the Chinese page each has its Chinese form (api/zh). What people wrote stays as it is.
import { useCallback, useSyncExternalStore } from 'react';
import { getSettings, onSettings, renewSettings, useSettings } from '../kit/settings';
import type { Say } from './said.core';

let chinese: Say | null = null; // Null until the table is here.
let asked = false;

function load(): void {
  if (asked || getSettings().language !== 'zh') return;
  asked = true;
  void Promise.all([import('./said.core'), import('./zh')]).then(
    ([core, { saidZh }]) => {
      const formOf = core.makeForms(saidZh);
      chinese = (sentence) => formOf(sentence) ?? sentence;
      renewSettings(); // All that is shown in English until now is shown anew.
    },
    () => (asked = false), // The server was away: with the next sentence once more.
  );
}

/** The sentence in the language that is chosen now; in English as well until the Chinese forms have come. */
export function said(sentence: string): string {
  if (getSettings().language !== 'zh') return sentence;
  load();
  return chinese ? chinese(sentence) : sentence;
}

onSettings(load);
load();

export function useSaid(): Say {
  const { language } = useSettings();
  const form = useSyncExternalStore(onSettings, () => chinese);
  return useCallback(
    (sentence: string) => (language === 'zh' ? (form ? form(sentence) : said(sentence)) : sentence),
    [language, form],
  );
}

/** A sentence of the server as text. */
export function Said({ of }: { of: string }): string {
  return useSaid()(of);
}
