import { expect, test } from 'vitest';
import { parseSettings, type Settings } from './settings';

const base: Settings = {
  theme: 'system',
  language: 'en',
  density: 'compact',
  nav: 'wide',
  letters: 'on',
  zone: 'local',
};

test.each([
  [null, {}],
  ['', {}],
  ['[1', {}],
  ['7', {}],
  ['{"theme":"pink"}', {}],
  ['{"theme":7,"nav":"narrow"}', { nav: 'narrow' }],
  ['{"theme":"dark","language":"zh","other":1}', { theme: 'dark', language: 'zh' }],
])('stored %s gives %o', (stored, change) => expect(parseSettings(stored, base)).toEqual({ ...base, ...change }));
