// The pages that were opened last in this browser, for the palette.
import { useMemo, useSyncExternalStore } from 'react';
import { base } from '../api/base';

export type Recent = { title: string; path: string };

const storeKey = `galley.recents${base}`; // There may be another Galley beneath another path.
export const recentsMax = 12;

/** `recent` first, each path once. */
export function withRecent(list: readonly Recent[], recent: Recent): Recent[] {
  return [recent, ...list.filter((one) => one.path !== recent.path)].slice(0, recentsMax);
}

/** What was stored, without what is none. Never throws. */
export function parseRecents(text: string): Recent[] {
  try {
    const stored: unknown = JSON.parse(text || '[]');
    if (!Array.isArray(stored)) return [];
    return stored
      .filter(
        (one): one is Recent =>
          typeof one === 'object' &&
          one !== null &&
          typeof (one as Recent).title === 'string' &&
          typeof (one as Recent).path === 'string' &&
          (one as Recent).path.startsWith('/') &&
          !(one as Recent).path.startsWith('//'),
      )
      .slice(0, recentsMax);
  } catch {
    return [];
  }
}

function readStored(): string {
  try {
    return localStorage.getItem(storeKey) ?? '';
  } catch {
    return '';
  }
}

const listeners = new Set<() => void>();

export function remember(recent: Recent): void {
  try {
    localStorage.setItem(storeKey, JSON.stringify(withRecent(parseRecents(readStored()), recent)));
  } catch {
    // Without storage there are no recents.
  }
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Those of now: a page tells its title once it has loaded, perhaps with the palette open. */
export function useRecents(): Recent[] {
  const stored = useSyncExternalStore(subscribe, readStored);
  return useMemo(() => parseRecents(stored), [stored]);
}

/** Whether a text is rather pasted than typed: an id, a digest, NAME@V, a URI or an address. */
export function looksPasted(text: string): boolean {
  return (
    /^[0-9a-f]{6,64}$/i.test(text) ||
    /^\S+@\S+$/.test(text) ||
    /^(https?|models|runs):\/\S/.test(text) ||
    /^#\/\S/.test(text) ||
    /^[a-z -]+[ /]#?\d+$/i.test(text)
  );
}
