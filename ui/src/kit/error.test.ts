import { expect, test } from 'vitest';
import { ApiError, messageOf } from './error';

test('an error is said in the language of when it is read, and its own sentence stays', () => {
  let language = 'en';
  const error = new ApiError(404, 'not_found', 'there is no run', (english) =>
    language === 'zh' ? '没有运行' : english,
  );
  expect(error.message).toBe('there is no run');
  language = 'zh';
  expect(messageOf(error)).toBe('没有运行');
  expect(error.english).toBe('there is no run');
  expect(new ApiError(404, 'not_found', 'there is no run').message).toBe('there is no run');
});
