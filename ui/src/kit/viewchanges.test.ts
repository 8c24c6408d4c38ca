import { beforeEach, describe, expect, it } from 'vitest';
import { dropViewChange, lastViewChange, noteViewChange } from './viewchanges';

let path = '';
let count = 0;
beforeEach(() => {
  path = `/runs/${++count}`;
});

describe('changes of a view', () => {
  it('are taken back one by one, the last first', () => {
    noteViewChange(path, '', ['sort'], 1000);
    noteViewChange(path, 'sort=auc', ['group'], 1500);
    const last = lastViewChange(path, 'group=lr&sort=auc');
    expect(last?.before).toBe('sort=auc');
    if (last) dropViewChange(last);
    expect(lastViewChange(path, 'sort=auc')?.before).toBe('');
  });
  it('are one while the same is typed', () => {
    for (const [at, before] of ['', 'q=a', 'q=au', 'q=auc'].entries()) noteViewChange(path, before, ['q'], at * 900);
    expect(lastViewChange(path, 'q=auc+')?.before).toBe('');
    noteViewChange(path, 'q=auc+', ['q'], 3 * 900 + 1000);
    expect(lastViewChange(path, 'q=auc+>')?.before).toBe('q=auc+');
  });
  it('are those of one page', () => {
    noteViewChange(path, 'a=1', ['a']);
    noteViewChange(`${path}/else`, 'b=1', ['b']);
    expect(lastViewChange(path, 'a=2')?.before).toBe('a=1');
    expect(lastViewChange('/nowhere', '')).toBeUndefined();
  });
  it('are dropped where Back has been there before', () => {
    noteViewChange(path, '', ['sort'], 0);
    noteViewChange(path, 'sort=auc', ['group'], 10);
    expect(lastViewChange(path, 'sort=auc')?.before).toBe('');
    expect(lastViewChange(path, '')).toBeUndefined();
  });
  it('leave out what is peeked at and selected, and where it is kept', () => {
    noteViewChange(path, '', ['peek']);
    noteViewChange(path, '', ['sel']);
    noteViewChange(path, '', ['runs', 'view']);
    expect(lastViewChange(path, 'peek=run:1')).toBeUndefined();
  });
  it('are a limited number', () => {
    for (let at = 0; at < 500; ++at) noteViewChange(path, `n=${at}`, [`k${at}`]);
    let taken = 0;
    for (let last = lastViewChange(path, 'x'); last; last = lastViewChange(path, 'x')) {
      dropViewChange(last);
      taken += 1;
    }
    expect(taken).toBe(200);
  });
});
