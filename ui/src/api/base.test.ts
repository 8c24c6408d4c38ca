import { describe, expect, it } from 'vitest';
import { baseOf, misplaced } from './base';

describe('the base path', () => {
  it('is what stands before the files of the page', () => {
    expect(baseOf('http://127.0.0.1:5000/ui/assets/index-1.js')).toBe('');
    expect(baseOf('https://ml.example/galley/ui/assets/index-1.js?x')).toBe('/galley');
    expect(baseOf('https://ml.example/a/ui/assets/b/ui/assets/index-1.js')).toBe('/a/ui/assets/b');
    expect(baseOf('http://127.0.0.1:5173/ui/src/api/base.ts')).toBe('');
  });
  it('is added where a page was asked for without it', () => {
    expect(misplaced('/ui/runs/1', '')).toBeNull();
    expect(misplaced('/galley/ui/home', '/galley')).toBeNull();
    expect(misplaced('/galley/ui', '/galley')).toBeNull();
    expect(misplaced('/ui/runs/1', '/galley')).toBe('/galley/ui/runs/1');
    expect(misplaced('/ui', '/galley')).toBe('/galley/ui');
  });
});
