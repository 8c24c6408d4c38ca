// What a person chooses once per browser, kept in localStorage: theme, language, density, navigation's
// width, single-letter keys, time zone. Everything else that a view needs stands in its URL.
import { useSyncExternalStore } from 'react';

export type Language = 'en' | 'zh';
export type Settings = {
  theme: 'system' | 'light' | 'dark';
  language: Language;
  density: 'compact' | 'comfortable';
  nav: 'wide' | 'narrow';
  letters: 'on' | 'off';
  zone: 'local' | 'UTC';
};

const choices: { [Key in keyof Settings]: readonly Settings[Key][] } = {
  theme: ['system', 'light', 'dark'],
  language: ['en', 'zh'],
  density: ['compact', 'comfortable'],
  nav: ['wide', 'narrow'],
  letters: ['on', 'off'],
  zone: ['local', 'UTC'],
};
const storeKey = 'galley.settings';

function defaults(): Settings {
  const language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  return { theme: 'system', language, density: 'compact', nav: 'wide', letters: 'on', zone: 'local' };
}

/** What was stored, without what no longer is a choice. Never throws. */
export function parseSettings(text: string | null, base: Settings): Settings {
  const settings: Settings = { ...base };
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '{}');
  } catch {
    return settings;
  }
  if (typeof stored !== 'object' || stored === null) return settings;
  const take = <Key extends keyof Settings>(key: Key) => {
    const value = (stored as Record<string, unknown>)[key];
    const found = choices[key].find((choice) => choice === value);
    if (found !== undefined) settings[key] = found;
  };
  (Object.keys(choices) as (keyof Settings)[]).forEach(take);
  return settings;
}

function read(): Settings {
  try {
    return parseSettings(localStorage.getItem(storeKey), defaults());
  } catch {
    return defaults();
  }
}

let current = read();
const listeners = new Set<() => void>();

export function getSettings(): Settings {
  return current;
}

export function setSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storeKey, JSON.stringify(current));
  } catch {
    // A browser without storage forgets it with the page.
  }
  listeners.forEach((listener) => listener());
}

/** Shows anew what goes by the settings: something of them has come later, such as a language's texts. */
export function renewSettings(): void {
  current = { ...current };
  listeners.forEach((listener) => listener());
}

/** Calls `listener` with every change until the answer is called. */
export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  const fromOtherTab = (event: StorageEvent) => {
    if (event.key !== storeKey) return;
    current = read();
    listener();
  };
  window.addEventListener('storage', fromOtherTab);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', fromOtherTab);
  };
}

export function useSettings(): Settings {
  return useSyncExternalStore(onSettings, getSettings);
}
