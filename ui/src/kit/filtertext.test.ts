import { expect, test } from 'vitest';
import { clausesOf, nameInFilter, quoteText, toCharacters, toUnits, withClause, withoutClause } from './filtertext';

const texts = (text: string) => clausesOf(text).map((clause) => clause.text);

test.each([
  ['', []],
  ['  ', []],
  ['lr < 0.01', ['lr < 0.01']],
  ["(lr < 0.01 OR opt = 'adamw') AND auc > 0.9", ["(lr < 0.01 OR opt = 'adamw')", 'auc > 0.9']],
  ["lr < 0.01 or opt = 'x' and auc > 0.9", ["lr < 0.01 or opt = 'x' and auc > 0.9"]],
  ["note = 'this AND that' AND x = 1", ["note = 'this AND that'", 'x = 1']],
  ["note = 'it''s AND' AND x = 1", ["note = 'it''s AND'", 'x = 1']],
  ['brand = 1 AND orange = 2 AND a.and = 3', ['brand = 1', 'orange = 2', 'a.and = 3']],
  ['`a AND b` = 1', ['`a AND b` = 1']],
  ['(a = 1 AND b = 2) AND NOT c = 3', ['(a = 1 AND b = 2)', 'NOT c = 3']],
  ["x = 'open", ["x = 'open"]],
  ['a = 1 AND', ['a = 1']],
])('%s is read as clauses', (text, clauses) => expect(texts(text)).toEqual(clauses));

test('a clause stands where it says', () => {
  const text = '  a = 1  AND (b = 2 OR c = 3) ';
  for (const clause of clausesOf(text)) expect(text.slice(clause.from, clause.to)).toBe(clause.text);
});

test('clauses go and come', () => {
  expect(withoutClause('a = 1 AND b = 2 AND c = 3', 1)).toBe('a = 1 AND c = 3');
  expect(withoutClause('a = 1 OR b = 2', 0)).toBe('');
  expect(withClause('', 'a = 1')).toBe('a = 1');
  expect(withClause('a = 1', 'b = 2')).toBe('a = 1 AND b = 2');
  expect(withClause('a = 1 OR b = 2', 'c = 3')).toBe('(a = 1 OR b = 2) AND c = 3');
  expect(withClause('a = 1 AND b = 2', 'b = 2')).toBe('a = 1 AND b = 2');
});

test('what is put in quotes', () => {
  expect(quoteText("it's")).toBe("'it''s'");
  expect(nameInFilter('metrics.val/loss')).toBe('metrics.val/loss');
  expect(nameInFilter('tags.two words')).toBe('tags.`two words`');
  expect(nameInFilter('params.größe')).toBe('params.größe');
  expect(nameInFilter('tags.1st')).toBe('tags.`1st`');
});

test('characters and units', () => {
  expect(toCharacters('🎲x', 2)).toBe(1);
  expect(toUnits('🎲x', 1)).toBe(2);
  expect(toUnits('学习率', 2)).toBe(2);
});
