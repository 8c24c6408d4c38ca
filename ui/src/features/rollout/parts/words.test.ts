import { beforeEach, describe, expect, it } from 'vitest';
import { setSettings } from '../../../kit/settings';
import { namesIn } from '../../../kit/text';
import type { RolloutEvidence, NeedsMore, RolloutReview, RolloutEvent, RolloutTimelineStep } from '../api';
import { say } from '../text';
import { en } from '../text.en';
import { zh } from '../text.zh';
import {
  effectText,
  eventText,
  formatWeight,
  needsAmount,
  needsText,
  openQuestion,
  phaseStatus,
  stepText,
  stepTime,
  verdictStatus,
  withChanges,
} from './words';

const step = (part: Partial<RolloutTimelineStep>): RolloutTimelineStep => ({
  number: 1,
  kind: 'setWeight',
  text: 'setWeight: 25 %',
  state: 'next',
  monitor: '',
  verdict: '',
  reason: '',
  ...part,
});

beforeEach(() => setSettings({ language: 'en' }));

describe('weights', () => {
  it('are thousandths, said in steps of a tenth of a per cent', () => {
    expect(formatWeight(250)).toBe('25 %');
    expect(formatWeight(505)).toBe('50.5 %');
    expect(formatWeight(0)).toBe('0 %');
    expect(formatWeight(1000)).toBe('100 %');
  });
});

describe('what a rollout still needs', () => {
  const needs: NeedsMore = { verdict: 'pass', anew: true, rows: 17680, blocks: 221, windows: 37, requests: 2210 };
  it('is said in rows, and about how many requests, blocks and windows that is', () => {
    expect(needsText(needs, say)).toMatch(
      /^needs 17.680 labelled rows \(about 2.210 requests, 221 blocks, 37 windows\) more until it passes$/,
    );
  });
  it('says when it would fail instead', () => {
    expect(needsText({ verdict: 'fail', anew: false, blocks: 1 }, say)).toBe('at this rate fails after one block more');
  });
  it('says of a guardrail that it waits', () => {
    expect(needsText({ verdict: 'pass', anew: false, requests: 20 }, say, true)).toBe(
      'needs 20 requests more before the guardrail says anything',
    );
  });
  it('leaves out what is not known', () => {
    expect(needsAmount({ verdict: 'pass', anew: false, requests: 12 }, say)).toBe('12 requests');
    expect(needsAmount({ verdict: 'pass', anew: false, rows: 0, windows: 2 }, say)).toBe('2 windows');
  });
  it('speaks Chinese', () => {
    setSettings({ language: 'zh' });
    expect(needsText({ verdict: 'pass', anew: false, rows: 12 }, say)).toBe('还需要 12 行带标签的数据 才能通过');
  });
  it('is that of the first row that decides and has not passed', () => {
    const row = (part: Partial<RolloutEvidence>) =>
      ({ decides: true, state: 'pass', monitor: 'watch', ...part }) as RolloutEvidence;
    const review = {
      evidence: [
        row({}),
        row({ decides: false, state: 'fail', metric: 'accuracy' }),
        row({ monitor: '', state: 'no_data', metric: 'error_ratio' }),
        row({ state: 'inconclusive', metric: 'log_loss' }),
      ],
    } as RolloutReview;
    expect(openQuestion(review)?.metric).toBe('log_loss');
  });
});

describe('steps', () => {
  it('say what they do', () => {
    expect(stepText(step({ share: 250 }), say)).toBe('set weight 25 %');
    expect(stepText(step({ kind: 'analysis', monitor: 'watch' }), say)).toBe('analysis of watch');
    expect(stepText(step({ kind: 'pause', text: 'pause until promoted or resumed' }), say)).toBe(
      'pause until promoted or resumed',
    );
    expect(
      stepText(step({ kind: 'pause', text: 'pause: 2 windows of watch', windows_max: 2, monitor: 'watch' }), say),
    ).toBe('pause for 2 windows of watch');
  });
  it('say how long they took, or have left', () => {
    expect(stepTime(step({ started_ms: 1000, ended_ms: 3500, state: 'done' }), 9000, say)).toBe('took 2.5 s');
    expect(stepTime(step({ started_ms: 1000, until_ms: 61_000, state: 'now' }), 11_000, say)).toBe(
      'for 10.0 s · 50.0 s left',
    );
    expect(stepTime(step({}), 9000, say)).toBe('');
  });
  it('have the icon of their verdict before that of their state', () => {
    expect(verdictStatus(step({ state: 'now', verdict: 'inconclusive' }))).toBe('inconclusive');
    expect(verdictStatus(step({ state: 'done', verdict: 'no data' }))).toBe('no_data');
    expect(verdictStatus(step({ state: 'done' }))).toBe('succeeded');
    expect(verdictStatus(step({ state: 'now', kind: 'pause' }))).toBe('paused');
    expect(phaseStatus('rolled_back')).toBe('aborted');
  });
});

describe('effects', () => {
  it('say who takes all, and when', () => {
    const effect = { from: 250, to: 0, text_key: 'abort', next: '', answers: 'sauce@1', ms: 139 };
    expect(effectText(effect, undefined, say)).toBe(
      '25 % → 0 %: sauce@1 takes 100 %. A retry is possible. In force after about 139 ms.',
    );
  });
  it('name the next step', () => {
    const effect = { from: 250, to: 500, text_key: 'step', next: 'setWeight: 50 %', answers: '' };
    expect(effectText(effect, step({ share: 500 }), say)).toBe('25 % → 50 %. Next: set weight 50 %.');
  });
});

describe('events', () => {
  const event = (sequence: number, phase: string, weight: number): RolloutEvent => ({
    sequence,
    at_ms: 0,
    actor: 'galley',
    kind: 'rollout.stepped',
    reason: '',
    detail: { phase, weight },
  });
  it('say from what to what', () => {
    const shown = withChanges([event(3, 'paused', 250), event(2, 'progressing', 250), event(1, 'progressing', 0)], say);
    expect(shown.map((one) => [one.before, one.after])).toEqual([
      ['progressing 25 %', 'paused 25 %'],
      ['progressing 0 %', 'progressing 25 %'],
      ['–', 'progressing 0 %'],
    ]);
  });
  it('have a word each; an unknown one stays as it is', () => {
    expect(eventText('rollout.rolled_back', say)).toBe('rolled back');
    expect(eventText('rollout.sung', say)).toBe('rollout.sung');
  });
});

describe('texts', () => {
  it('want the same values in both languages', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) expect(namesIn(zh[key]), key).toEqual(namesIn(en[key]));
  });
});
