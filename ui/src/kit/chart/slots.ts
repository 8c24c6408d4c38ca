// Colours of curves: eight slots, then dashes; a baseline is slate and thicker (tokens.css has the colours).
export const slotCount = 24;

export type Stroke = { color: string; width: number; dash: number[]; muted: boolean };

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || 'currentColor';
}

const dashes: number[][] = [[], [6, 3], [2, 3]];

export function strokeOf(slot: number, baseline = false): Stroke {
  if (baseline) return { color: token('--g-cat-8'), width: 2, dash: [], muted: false };
  if (slot < 0 || slot >= slotCount) return { color: token('--g-control'), width: 1, dash: [], muted: true };
  return {
    color: token(`--g-cat-${(slot % 8) + 1}`),
    width: 1.5,
    dash: dashes[Math.floor(slot / 8)] ?? [],
    muted: false,
  };
}
