import { expect, it } from 'vitest';
import { shellQuoted } from './query';
import { withoutZooms } from './zoomout';

it('takes the zoom out of every chart and nothing else', () => {
  expect(withoutZooms('')).toBe('');
  expect(withoutZooms('c=s:twema:.6,z:1..2&c.train%2Floss=z:19800..&q=loss&runs=a,b')).toBe(
    'c=s:twema:.6&q=loss&runs=a,b',
  );
  expect(withoutZooms('c=x:metric:train%252Fepoch,y:log&color=c.x')).toBe('c=x:metric:train%252Fepoch,y:log&color=c.x');
});

it('a shell reads it as one word', () => {
  // shlex.split("'it'\\''s'") == ["it's"]
  expect(shellQuoted("it's")).toBe("'it'\\''s'");
});
