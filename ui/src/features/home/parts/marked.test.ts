import { describe, expect, it } from 'vitest';
import { split } from './marked';
import { snippetOf } from './setup';
import { linkOf, stagePaths } from '../api';

describe('what was found', () => {
  it('is marked in any case', () => {
    expect(split('Flaky Croissant', 'flaky')).toEqual(['', 'Flaky', ' Croissant']);
    expect(split('羊角包 100%', '100%')).toEqual(['羊角包 ', '100%', '']);
  });
  it('marks the value of key=value, and a number without its #', () => {
    expect(split('0.01', 'butter_rate=0.01')).toEqual(['', '0.01', '']);
    expect(split('3', '#3')).toEqual(['', '3', '']);
  });
  it('marks nothing where it does not stand', () => {
    expect(split('something', 'else')).toBeNull();
    expect(split('something', '')).toBeNull();
  });
});

describe('links', () => {
  it('leave out the base', () => {
    expect(linkOf('/ui/runs/1')).toBe('/runs/1');
    expect(linkOf('/runs/1')).toBe('/runs/1');
  });
  it('has a page for each of the seven stages', () => {
    expect(Object.keys(stagePaths)).toHaveLength(7);
  });
  it('shows this server in the snippets that name one', () => {
    expect(snippetOf('run', 'http://127.0.0.1:5001')).toContain('set_tracking_uri("http://127.0.0.1:5001")');
  });
});
