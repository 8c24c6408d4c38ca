// The document's title and icon: the page's name, and how many alerts fire, as a shape and not only a colour.
import calm from './icon.calm.svg?url';
import firing from './icon.firing.svg?url';

let page = 'Galley';
let count = 0;

/** ▲3 checkout · Galley */
export function titleOf(name: string, alerts: number): string {
  return alerts > 0 ? `▲${alerts} ${name}` : name;
}

function show(): void {
  document.title = titleOf(page, count);
}

export function setTitle(name: string): void {
  page = name;
  show();
}

export function setFiring(alerts: number): void {
  if (alerts === count) return;
  count = alerts;
  show();
  document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', alerts > 0 ? firing : calm);
}
