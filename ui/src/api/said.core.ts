// Finds the form of a sentence in a table of [English pattern, other form]. In a pattern `{}` is what is filled in,
// `{?}` may be nothing, `{#}` is a number, `{~}` one word, `{!}` must have a form itself, `{a|b}` is one of these words,
// and `{=}` stays. In the other form `{}` is the next of them, `{2}` the second one.
// What stands in quotes ('{}') is a name or what somebody wrote, and stays; the rest is looked up as well.
export type Forms = readonly (readonly [string, string])[];
export type Say = (sentence: string) => string;

type Hole = {
  quoted: boolean;
  stays: boolean;
  optional: boolean;
  strict: boolean;
  number: boolean;
  word: boolean;
  words: string[] | null;
};
type Rule = { pieces: string[]; holes: Hole[]; form: string; weight: number };

const holeOf = /\{([^{}]*)\}/;
const chinese = /[\u4e00-\u9fff]/;
const plain = /[\w%+-]/;
const numeric = /^[+-]?[\d.,e+-]+$/;
const charactersMax = 10_000; // Longer ones are no sentences.
const keptMax = 2000;
const deepest = 12;
const partsMax = 200; // Of a list.
const placesMax = 12; // Where a sentence may be cut in two; with more it is no sentence, or a list.
// What sentences are put together with.
const joints = [
  ['; ', '；'],
  [': ', '：'],
  [', ', '，'],
] as const;

function ruleOf([pattern, form]: readonly [string, string]): Rule {
  const parts = pattern.split(holeOf); // Literals and holes in turn.
  const pieces = parts.filter((_, at) => at % 2 === 0);
  const holes = parts
    .filter((_, at) => at % 2 === 1)
    .map((words, at) => ({
      quoted: (pieces[at] ?? '').endsWith("'") && (pieces[at + 1] ?? '').startsWith("'"),
      stays: words === '=',
      optional: words === '?',
      strict: words === '!',
      number: words === '#',
      word: words === '~',
      words: ['', '?', '!', '#', '~', '='].includes(words) ? null : words.split('|'),
    }));
  return { pieces, holes, form, weight: pieces.join('').length };
}

/** Between Chinese and other writing stands a space. */
function spaced(text: string, before = '', after = ''): string {
  const left = chinese.test(before) && plain.test(text.slice(0, 1)) ? ' ' : '';
  const right = chinese.test(after) && plain.test(text.slice(-1)) ? ' ' : '';
  return `${left}${text}${right}`;
}

/** What is filled in, or null. Each hole is as short as it can be, as with (.+?); takes linear time. */
function filledIn(rule: Rule, sentence: string): string[] | null {
  const { pieces, holes } = rule;
  const first = pieces[0] ?? '';
  if (!sentence.startsWith(first)) return null;
  if (holes.length === 0) return sentence === first ? [] : null;
  const filled: string[] = [];
  let at = first.length;
  for (let index = 0; index < holes.length; index += 1) {
    const { quoted, optional, number, word, words } = holes[index] as Hole;
    const piece = pieces[index + 1] ?? '';
    const from = at + (quoted || optional ? 0 : 1);
    const isLast = index === holes.length - 1;
    const end = isLast ? sentence.length - piece.length : sentence.indexOf(piece, from);
    if (end < from || (isLast && !sentence.endsWith(piece))) return null;
    const text = sentence.slice(at, end);
    if ((words && !words.includes(text)) || (number && !numeric.test(text)) || (word && text.includes(' ')))
      return null;
    filled.push(text);
    at = end + piece.length;
  }
  return filled;
}

/** `undefined`: it has no form. The pattern that says most of a sentence is taken, wherever it stands in the table. */
export function makeForms(table: Forms): (sentence: string) => string | undefined {
  const rules = table.map(ruleOf).sort((a, b) => b.weight - a.weight);
  const kept = new Map<string, string | undefined>();

  /** Of `'limit' must be …` the name stays, and the rest is looked up. */
  function ofName(sentence: string, depth: number): string | undefined {
    if ((sentence.match(/' /g)?.length ?? 0) > placesMax) return undefined;
    for (let at = sentence.indexOf("' ", 1); at > 0; at = sentence.indexOf("' ", at + 1)) {
      const rest = look(sentence.slice(at + 2), depth + 1);
      const name = sentence.slice(1, at);
      if (rest !== undefined && !name.includes("': ")) return `“${name}”${rest}`;
    }
    return undefined;
  }

  /** `lax`: before a ': ' may stand any words, such as what was being done; else one name. */
  function joined(sentence: string, depth: number, lax: boolean): string | undefined {
    const named = sentence.startsWith("'") ? ofName(sentence, depth) : undefined;
    if (named !== undefined) return named;
    for (const [joint, other] of joints) {
      const parts = joint === ': ' ? [] : sentence.split(joint);
      if (parts.length < 2 || parts.length > partsMax) continue;
      const shown: string[] = [];
      for (const part of parts) {
        const form = look(part, depth + 1);
        if (form === undefined) break;
        shown.push(form);
      }
      if (shown.length === parts.length) return shown.join(other);
    }
    if ((sentence.match(/[;:,] /g)?.length ?? 0) > placesMax) return undefined;
    for (const [joint, other] of joints) {
      for (let at = sentence.indexOf(joint); at > 0; at = sentence.indexOf(joint, at + 1)) {
        const right = look(sentence.slice(at + joint.length), depth + 1);
        if (right === undefined) continue;
        const before = sentence.slice(0, at);
        const isName = joint === ': ' && (lax || !before.includes(' '));
        const left = look(before, depth + 1) ?? (isName ? before.replace(/^'([^']*)'$/, '“$1”') : undefined);
        if (left !== undefined) return `${left}${other}${right}`;
      }
    }
    return undefined;
  }

  /** `isSure`: nothing that was filled in seems to be a further sentence without a form. */
  function formOf(rule: Rule, sentence: string, depth: number): { text: string; isSure: boolean } | undefined {
    const filled = filledIn(rule, sentence);
    if (!filled) return undefined;
    const shown: string[] = [];
    let isSure = true;
    for (const [at, text] of filled.entries()) {
      const hole = rule.holes[at];
      const isQuoted = hole?.quoted ?? false;
      const form = isQuoted || hole?.stays ? text : look(text, depth + 1);
      if (form === undefined && hole?.strict) return undefined;
      isSure &&= isQuoted ? !/'[;:,]? /.test(text) : form !== undefined || !/[;:,] /.test(text);
      shown.push(form ?? text);
    }
    let next = 0;
    const take = (place: string, number: string, at: number) =>
      spaced(shown[number === '' ? next++ : +number - 1] ?? '', rule.form[at - 1], rule.form[at + place.length]);
    return { text: rule.form.replace(/\{(\d?)\}/g, take), isSure };
  }

  function look(sentence: string, depth: number): string | undefined {
    if (depth > deepest || sentence.length > charactersMax) return undefined;
    if (kept.has(sentence)) return kept.get(sentence);
    let found: string | undefined;
    let unsure: string | undefined;
    for (const rule of rules) {
      const form = formOf(rule, sentence, depth);
      if (form?.isSure) found = form.text;
      if (found !== undefined) break;
      unsure ??= form?.text;
    }
    found ??= joined(sentence, depth, false) ?? unsure ?? joined(sentence, depth, true);
    if (kept.size >= keptMax) kept.clear();
    kept.set(sentence, found);
    return found;
  }

  return (sentence) => look(sentence, 0);
}
