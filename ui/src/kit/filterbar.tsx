// One text field with the server's grammar: what may come next is offered while one types, errors show
// their place, and the outermost clauses stand below as chips of the same text. Arrows choose, Tab or Enter
// accepts, Enter applies, Escape closes.
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { clausesOf, toCharacters, toUnits, withoutClause } from './filtertext';
import { Icon } from './icon';
import { formatCount } from './number';
import { makeText } from './text';

export type CompletionOption = { text: string; kind: string; detail: string; count?: number };
export type Completion = {
  from: number; // Characters, as the server counts them.
  to: number;
  options: CompletionOption[];
  error?: { message: string; from: number; to: number };
};

const useT = makeText(
  {
    filter: 'Filter',
    placeholder: "lr < 0.01 AND opt = 'adamw'",
    clear: 'Clear the filter',
    remove: 'Remove {clause}',
    options: 'What may come next',
    key: 'key',
    operator: 'operator',
    value: 'value',
    word: 'word',
    metric: 'metric',
    param: 'parameter',
    tag: 'tag',
    attribute: 'attribute',
    dataset: 'dataset',
    min: 'smallest',
    max: 'largest',
    item: 'value',
    clauses: 'Filter in parts',
  },
  {
    filter: '筛选',
    placeholder: "lr < 0.01 AND opt = 'adamw'",
    clear: '清除筛选',
    remove: '移除 {clause}',
    options: '可以接着输入',
    key: '键',
    operator: '运算符',
    value: '值',
    word: '关键字',
    metric: '指标',
    param: '参数',
    tag: '标签',
    attribute: '属性',
    dataset: '数据集',
    min: '最小',
    max: '最大',
    item: '值',
    clauses: '筛选条件',
  },
);

export type FilterBarProps = {
  value: string;
  onChange: (value: string) => void;
  complete: (text: string, pos: number, signal: AbortSignal) => Promise<Completion>;
  error?: string | undefined; // What the server said of the applied filter.
  say?: (message: string) => string; // A completion's message in the reader's language.
  inputRef?: React.RefObject<HTMLInputElement | null>;
};

const quietMs = 80;
const applyMs = 700;

/** What the server offers for a text and a place, the last answer only. */
function useCompletion(
  complete: FilterBarProps['complete'],
  text: string,
  pos: number,
  enabled: boolean,
): Completion | null {
  const [found, setFound] = useState<Completion | null>(null);
  useEffect(() => {
    if (!enabled) return setFound(null);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      complete(text, toCharacters(text, pos), abort.signal)
        .then(setFound)
        .catch(() => undefined);
    }, quietMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [complete, text, pos, enabled]);
  return found;
}

export function FilterBar(props: FilterBarProps) {
  const t = useT();
  const id = useId();
  const own = useRef<HTMLInputElement>(null);
  const input = props.inputRef ?? own;
  const [draft, setDraft] = useState(props.value);
  const [pos, setPos] = useState(props.value.length);
  const [focused, setFocused] = useState(false);
  const [closed, setClosed] = useState(true);
  const [active, setActive] = useState(-1);
  // What comes back as it was sent changes nothing: meanwhile somebody may have written on.
  const sent = useRef(props.value);
  useEffect(() => {
    if (props.value !== sent.current) setDraft(props.value);
    sent.current = props.value;
  }, [props.value]);
  const completion = useCompletion(props.complete, draft, pos, focused);
  const options = !closed && focused ? (completion?.options ?? []) : [];
  // What only ends too early is not wrong while somebody writes on.
  const isOpenEnd =
    focused && completion?.error !== undefined && toUnits(draft, completion.error.from) >= draft.trimEnd().length;
  const problem = draft === props.value || completion === null || isOpenEnd ? undefined : completion.error;
  const { onChange: tell, value } = props;
  const onChange = useCallback(
    (text: string) => {
      sent.current = text;
      tell(text);
    },
    [tell],
  );
  const isWhole = completion !== null && completion.error === undefined;
  useEffect(() => {
    if (!focused || draft === value || !isWhole) return undefined;
    const timer = setTimeout(() => onChange(draft.trim()), applyMs);
    return () => clearTimeout(timer);
  }, [draft, value, focused, isWhole, onChange]);

  const write = (text: string, at: number) => {
    setDraft(text);
    setPos(at);
    setActive(-1);
    setClosed(false);
  };
  const accept = (option: CompletionOption) => {
    if (completion === null) return;
    const before = draft.slice(0, toUnits(draft, completion.from));
    const after = draft.slice(toUnits(draft, completion.to));
    const space = option.text === '(' || /^\s/.test(after) ? '' : ' ';
    const at = before.length + option.text.length + 1;
    // At once: the next key must find the caret there.
    flushSync(() => write(`${before}${option.text}${space}${after}`, at));
    input.current?.setSelectionRange(at, at);
  };
  const apply = () => {
    setClosed(true);
    if (draft.trim() !== value) onChange(draft.trim());
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = options[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (closed) setClosed(false);
      else setActive((old) => Math.max(-1, Math.min(options.length - 1, old + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Tab' && !event.shiftKey && options.length > 0 && (active >= 0 || draft !== value)) {
      accept(chosen ?? (options[0] as CompletionOption));
    } else if (event.key === 'Enter') {
      if (chosen) accept(chosen);
      else apply();
    } else if (event.key === 'Escape' && options.length > 0) {
      setClosed(true);
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  };
  const shown =
    (problem && (props.say?.(problem.message) ?? problem.message)) ?? (draft === value ? props.error : undefined);
  return (
    <div className="filterbar">
      <div className="filterbar-field">
        <Icon name="filter" size={14} />
        <input
          ref={input}
          role="combobox"
          aria-label={t('filter')}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(active >= 0 ? { 'aria-activedescendant': `${id}-${active}` } : {})}
          {...(shown ? { 'aria-invalid': true, 'aria-describedby': `${id}-error` } : {})}
          placeholder={t('placeholder')}
          spellCheck={false}
          autoComplete="off"
          value={draft}
          onChange={(event) =>
            write(event.currentTarget.value, event.currentTarget.selectionStart ?? event.currentTarget.value.length)
          }
          onSelect={(event) => setPos(event.currentTarget.selectionStart ?? draft.length)}
          onKeyDown={onKey}
          onFocus={() => setFocused(true)}
          onClick={() => setClosed(false)}
          onBlur={() => {
            setFocused(false);
            setClosed(true);
            if (isWhole || draft === '') apply();
          }}
        />
        {draft !== '' && (
          <button
            type="button"
            className="icon-button"
            aria-label={t('clear')}
            title={t('clear')}
            onClick={() => {
              setDraft('');
              onChange('');
            }}
          >
            <Icon name="x" size={14} />
          </button>
        )}
        <Options id={id} options={options} active={active} accept={accept} label={t('options')} />
      </div>
      {shown && (
        <Wrong
          id={`${id}-error`}
          message={shown}
          text={draft}
          {...(problem ? { from: toUnits(draft, problem.from), to: toUnits(draft, problem.to) } : {})}
        />
      )}
      <Chips value={value} onChange={tell} />
    </div>
  );
}

function Options({
  id,
  options,
  active,
  accept,
  label,
}: {
  id: string;
  options: CompletionOption[];
  active: number;
  accept: (option: CompletionOption) => void;
  label: string;
}) {
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const words: Record<string, string> = {
    key: t('key'),
    operator: t('operator'),
    value: t('value'),
    word: t('word'),
    metric: t('metric'),
    param: t('param'),
    tag: t('tag'),
    attribute: t('attribute'),
    dataset: t('dataset'),
    min: t('min'),
    max: t('max'),
    item: t('item'),
  };
  return (
    <div
      className="filterbar-list"
      id={`${id}-list`}
      role="listbox"
      aria-label={label}
      ref={list}
      hidden={options.length === 0}
    >
      {options.map((option, index) => (
        <div
          key={`${option.text} ${option.detail}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="filterbar-option"
          onMouseDown={(event) => {
            event.preventDefault();
            accept(option);
          }}
        >
          <code>{option.text}</code>
          <span className="muted">{words[option.detail] ?? words[option.kind] ?? ''}</span>
          <span className="number muted">{option.count === undefined ? '' : formatCount(option.count)}</span>
        </div>
      ))}
    </div>
  );
}

/** The sentence, and below it the text with the wrong part marked. */
function Wrong({
  id,
  message,
  text,
  from,
  to,
}: {
  id: string;
  message: string;
  text: string;
  from?: number;
  to?: number;
}) {
  return (
    <p className="filterbar-wrong" id={id} role="status">
      <span className="bad">{message.replace(/^(?:'filter': |“filter”：)/, '')}</span>
      {from !== undefined && text !== '' && (
        <code aria-hidden="true">
          {text.slice(0, from)}
          <mark>{text.slice(from, to) || '▁'}</mark>
          {text.slice(to)}
        </code>
      )}
    </p>
  );
}

function Chips({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT();
  const clauses = clausesOf(value);
  if (clauses.length === 0) return null;
  return (
    <ul className="filterbar-chips" aria-label={t('clauses')}>
      {clauses.map((clause, index) => (
        <li key={`${index} ${clause.text}`} className="chip">
          <code>{clause.text}</code>
          <button
            type="button"
            className="chip-x"
            aria-label={t('remove', { clause: clause.text })}
            onClick={() => onChange(withoutClause(value, index))}
          >
            <Icon name="x" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
