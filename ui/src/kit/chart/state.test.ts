import { describe, expect, it } from 'vitest';
import { parseChart, plainChart, stepSmooth, writeChart, zoomTo, type ChartState } from './state';

describe('a chart in a URL', () => {
  it('is empty by default', () => expect(writeChart(plainChart)).toBe(''));
  it('comes back as it was', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    for (let round = 0; round < 500; ++round) {
      const kind = pick(['none', 'twema', 'gaussian', 'median'] as const);
      const state: ChartState = {
        ...pick([
          { x: 'step', xKey: '' },
          { x: 'relative', xKey: '' },
          { x: 'wall', xKey: '' },
          { x: 'metric', xKey: 'train/epoch, all: 1..2' },
        ] as const),
        smooth: kind === 'none' ? { kind, strength: 0 } : { kind, strength: Math.round(random() * 100) / 100 },
        log: random() < 0.5,
        outliers: random() < 0.5,
        group: pick(['', 'params.lr', 'a,b:c', '学习率']),
        band: pick(['sd', 'ci', 'minmax'] as const),
        zoom: pick([null, { from: 1 }, { to: -2.5 }, { from: 1e12, to: 1e13 }]),
      };
      expect(parseChart(writeChart(state))).toEqual(state);
    }
  });
  it('is written as the reference says', () => {
    expect(
      writeChart({ ...plainChart, x: 'wall', smooth: { kind: 'twema', strength: 0.6 }, log: true, outliers: true }),
    ).toBe('x:wall,s:twema:.6,y:log,o:1');
    expect(writeChart({ ...plainChart, x: 'metric', xKey: 'train/epoch' })).toBe('x:metric:train%2Fepoch');
  });
  it('never fails', () => {
    for (const text of [
      '',
      ',,',
      'x:cost',
      'x:metric',
      'x:metric:',
      'x:metric:%E0%A4%A',
      's:twema:9',
      's:ema:.5',
      's:twema',
      'z:9..1',
      'z:a..b',
      'g:%E0%A4%A',
      'y',
      'o:2',
    ])
      expect(parseChart(text)).toEqual(plainChart);
  });
});

it('smoothing goes up and down', () => {
  const none = { kind: 'none', strength: 0 } as const;
  expect(stepSmooth(none, 1)).toEqual({ kind: 'twema', strength: 0.3 });
  expect(stepSmooth({ kind: 'twema', strength: 0.3 }, -1)).toEqual(none);
  expect(stepSmooth({ kind: 'twema', strength: 0.7 }, 1)).toEqual({ kind: 'twema', strength: 0.8 });
  expect(stepSmooth({ kind: 'median', strength: 101 }, 1)).toEqual({ kind: 'median', strength: 101 });
});

it('an end that touches the data stays open', () => {
  expect(zoomTo(10, 100, { from: 0, to: 100 })).toEqual({ from: 10 });
  expect(zoomTo(0, 50, { from: 0, to: 100 })).toEqual({ to: 50 });
  expect(zoomTo(-5, 200, { from: 0, to: 100 })).toBeNull();
  expect(zoomTo(90, 110, { from: 0, to: 100 })).toEqual({ from: 80 });
  expect(zoomTo(-10, 30, { from: 0, to: 100 })).toEqual({ to: 40 });
});
