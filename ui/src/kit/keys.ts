// Keys of a page. `g h` is one key after another; letters are off inside of inputs and can be turned off
// altogether (WCAG 2.1.4). What is registered last is asked first, and `?` shows what there is.
import { useEffect, useRef } from 'react';
import { getSettings } from './settings';

export type KeyBinding = {
  keys: string; // 'j', 'Shift+x', 'Ctrl+k' (Cmd on a Mac), 'g h', 'Escape'
  label: string;
  run: (event: KeyboardEvent) => void;
  inInputs?: boolean;
};
type Layer = { bindings: KeyBinding[] };

const layers: Layer[] = [];
let pending = '';
let pendingAtMs = 0;

export function nameOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key;
  const isLetter = key.length === 1;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (!isLetter || /[a-z]/i.test(key))) parts.push('Shift');
  parts.push(isLetter ? key.toLowerCase() : key);
  return parts.join('+');
}

function isInput(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
    !(target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type))
  );
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  const sequence = pending !== '' && event.timeStamp - pendingAtMs < 1500 ? `${pending} ${name}` : name;
  pending = '';
  const typing = isInput(event.target);
  const isLetter = name.length === 1 || /^Shift\+.$/.test(name);
  if (isLetter && getSettings().letters === 'off') return;
  const dialog = document.querySelector('dialog[open]');
  for (const wanted of sequence === name ? [name] : [sequence, name]) {
    for (const layer of [...layers].reverse()) {
      for (const binding of layer.bindings) {
        if (binding.keys !== wanted || (typing && !binding.inInputs)) continue;
        if (dialog && !binding.inInputs && wanted !== 'Escape') continue;
        event.preventDefault();
        binding.run(event);
        return;
      }
      if (!typing && layer.bindings.some((binding) => binding.keys.startsWith(`${wanted} `))) {
        pending = wanted;
        pendingAtMs = event.timeStamp;
        return;
      }
    }
  }
}

if (typeof document !== 'undefined') document.addEventListener('keydown', onKey);

export function allBindings(): KeyBinding[] {
  const seen = new Set<string>();
  return [...layers]
    .reverse()
    .flatMap((layer) => layer.bindings)
    .filter((binding) => {
      if (seen.has(binding.keys)) return false;
      seen.add(binding.keys);
      return true;
    });
}

/** Keys that work while the component is mounted. */
export function useKeys(bindings: KeyBinding[], enabled = true): void {
  const layer = useRef<Layer>({ bindings });
  layer.current.bindings = bindings;
  useEffect(() => {
    if (!enabled) return undefined;
    const mine = layer.current;
    layers.push(mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
    };
  }, [enabled]);
}
