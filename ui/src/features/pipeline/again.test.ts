import { describe, expect, it } from 'vitest';
import { bodyOf, byVerdict, shownValue, startsOf, withInput } from './again';

describe('running again', () => {
  it('may begin at any job, and at a matrix as a whole', () => {
    expect(startsOf(['prep', 'train[a,1]', 'train[b,1]', 'report'])).toEqual([
      { value: 'prep', isMatrix: false },
      { value: 'train', isMatrix: true },
      { value: 'train[a,1]', isMatrix: false },
      { value: 'train[b,1]', isMatrix: false },
      { value: 'report', isMatrix: false },
    ]);
  });
  it('sends only what was chosen', () => {
    expect(bodyOf(3, { from: '', force: false, inputs: {} })).toEqual({ again: 3 });
    expect(bodyOf(3, { from: 'train', force: false, inputs: { lr: '0.5' } })).toEqual({
      again: 3,
      from: 'train',
      inputs: [{ name: 'lr', value: '0.5' }],
    });
    expect(bodyOf(3, { from: '', force: true, inputs: {} })).toEqual({ again: 3, force: true });
  });
  it('knows a value that is as it was', () => {
    const plan = withInput({ from: '', force: false, inputs: {} }, 'lr', '0.5', '0.1');
    expect(plan.inputs).toEqual({ lr: '0.5' });
    expect(withInput(plan, 'lr', '0.1', '0.1').inputs).toEqual({});
    expect(shownValue('gbdt')).toBe('gbdt');
    expect(shownValue(0.5)).toBe('0.5');
    expect(shownValue(null)).toBe('null');
  });
  it('groups what would come of the jobs', () => {
    const job = (name: string, verdict: string) => ({ job: name, stage: '', verdict, explanation: '' });
    expect(byVerdict([job('a', 'cached'), job('b', 'runs'), job('c', 'runs')])).toEqual([
      { verdict: 'runs', jobs: [job('b', 'runs'), job('c', 'runs')] },
      { verdict: 'cached', jobs: [job('a', 'cached')] },
    ]);
  });
});
