// A filter as a text and as chips: two views of one string. Only quotes, parentheses and the words AND
// and OR are read here; what a clause means is the server's to say.

export type Clause = { text: string; from: number; to: number };

/** Where quoted parts end: behind the mark that closes what opens at `at`; the end if none does. */
function quoteEnd(text: string, at: number): number {
  const mark = text.charAt(at);
  for (let next = at + 1; next < text.length; ++next) {
    if (text.charAt(next) !== mark) continue;
    if (text.charAt(next + 1) !== mark) return next + 1;
    ++next; // Doubled: the mark itself.
  }
  return text.length;
}

type Split = { clauses: Clause[]; hasOr: boolean };

function split(text: string): Split {
  const clauses: Clause[] = [];
  let depth = 0;
  let hasOr = false;
  let begin = 0;
  const push = (end: number) => {
    const raw = text.slice(begin, end);
    const shown = raw.trim();
    if (shown !== '') {
      const from = begin + raw.indexOf(shown);
      clauses.push({ text: shown, from, to: from + shown.length });
    }
  };
  for (let at = 0; at < text.length;) {
    const sign = text.charAt(at);
    if (sign === "'" || sign === '"' || sign === '`') {
      at = quoteEnd(text, at);
      continue;
    }
    if (sign === '(') ++depth;
    if (sign === ')') --depth;
    const word =
      depth === 0 && !/[\w.\-/:@]/.test(text.charAt(at - 1)) ? /^(and|or)(?![\w.\-/:@])/i.exec(text.slice(at)) : null;
    if (word) {
      if (word[0].toLowerCase() === 'or') hasOr = true;
      else {
        push(at);
        begin = at + 3;
      }
      at += word[0].length;
      continue;
    }
    ++at;
  }
  push(text.length);
  return { clauses, hasOr };
}

/** The parts between the outermost ANDs; a text with an outermost OR is one part. */
export function clausesOf(text: string): Clause[] {
  const { clauses, hasOr } = split(text);
  if (!hasOr) return clauses;
  const shown = text.trim();
  const from = text.indexOf(shown);
  return shown === '' ? [] : [{ text: shown, from, to: from + shown.length }];
}

/** The text without one of its clauses. */
export function withoutClause(text: string, index: number): string {
  return clausesOf(text)
    .filter((_, at) => at !== index)
    .map((clause) => clause.text)
    .join(' AND ');
}

/** The text with one clause more; an outermost OR is put in parentheses. */
export function withClause(text: string, clause: string): string {
  const { clauses, hasOr } = split(text);
  if (clauses.length === 0) return clause;
  if (clauses.some((one) => one.text === clause)) return text;
  return `${hasOr ? `(${text.trim()})` : text.trim()} AND ${clause}`;
}

export function quoteText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A column's name as a filter writes it: `metrics.auc`, or a key in backquotes where it needs them. */
export function nameInFilter(column: string): string {
  const point = column.indexOf('.');
  const key = column.slice(point + 1);
  return /^[A-Za-z_\u00aa-\uffff][\w.\-/:@\u00aa-\uffff]*$/.test(key)
    ? column
    : `${column.slice(0, point + 1)}\`${key.replaceAll('`', '``')}\``;
}

// The server counts characters, JavaScript counts units: they differ behind an emoji.
export const toCharacters = (text: string, unit: number): number => [...text.slice(0, unit)].length;
export const toUnits = (text: string, character: number): number => [...text].slice(0, character).join('').length;
