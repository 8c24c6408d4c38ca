// A log: opens at its first error, or follows its end while it is written; searched where it lies.
import './log.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useEffect, useRef, useState } from 'react';
import { messageOf } from '../error';
import { Icon } from '../icon';
import { useKeys } from '../keys';
import { formatBytes } from '../number';
import { Failure, Loading } from '../state';
import { useT } from './text';
import { saveLog, useLog, type Log, type LogAnswer, type LogLine, type LogSource } from './uselog';
import { nextOf, type Line } from './window';

export type LogViewProps = {
  source: LogSource;
  name: string; // What the log is of.
  isLive: boolean; // More may come.
  file: string; // The name under which it is saved.
  url?: string; // Where it is as a file; else it is put together from its parts.
};

export function LogView({ source, name, isLive, file, url }: LogViewProps) {
  const t = useT();
  const errors = useQuery<LogAnswer>({
    queryKey: ['log errors', source.key],
    queryFn: () => source.ask({ limit: 0, errors: true }),
    enabled: !isLive,
  });
  const first = errors.data?.first_error;
  // While it runs: its end; afterwards its first error, if it has one.
  const log = useLog(source, isLive, isLive ? null : errors.isPending ? undefined : (first?.offset ?? null));
  const [follow, setFollow] = useState(true);
  const [q, setQ] = useState('');
  const offsets = (errors.data?.errors ?? []).map((line) => line.offset);
  const jump = (by: 1 | -1) => {
    const to = nextOf(offsets, log.target, by);
    if (to !== null) log.show(to);
  };
  useKeys(
    [
      { keys: 'n', label: t('nextError'), run: () => jump(1) },
      { keys: 'Shift+n', label: t('previousError'), run: () => jump(-1) },
    ],
    offsets.length > 0,
  );
  if (log.error && log.window === null) return <Failure error={log.error} retry={() => log.show(null)} />;
  if (log.window === null) return <Loading lines={6} />;
  return (
    <div className="log">
      {first && <ErrorLine first={first} errors={errors.data} show={() => log.show(first.offset)} jump={jump} />}
      {errors.data && !first && <p className="meta">{t('noErrors')}</p>}
      {errors.data?.is_cut && <p className="meta">{t('cut')}</p>}
      <div className="toolbar log-tools">
        <Search source={source} q={q} setQ={setQ} log={log} />
        <Button size="xs" variant="default" onClick={() => log.show(0)}>
          {t('start')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setFollow(true);
            log.show(null);
          }}
        >
          {t('end')}
        </Button>
        {isLive && (
          <label className="log-follow">
            <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />{' '}
            {t('follow')}
          </label>
        )}
        <Download source={source} file={file} url={url} />
        <span className="meta log-size" title={`${log.window.size} B`}>
          {formatBytes(log.window.size)}
        </span>
      </div>
      <Lines
        log={log}
        label={t('logOf', { name })}
        follow={isLive && follow}
        onLeave={() => setFollow(false)}
        errors={offsets}
        q={q}
      />
    </div>
  );
}

function Download({ source, file, url }: { source: LogSource; file: string; url: string | undefined }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  if (url !== undefined)
    return (
      <a href={url} download={file} className="chip">
        <Icon name="download" size={14} /> {t('download')}
      </a>
    );
  const save = () => {
    setBusy(true);
    setProblem(null);
    saveLog(source, file)
      .catch(setProblem)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        disabled={busy}
        onClick={save}
        leftSection={<Icon name="download" size={14} />}
      >
        {t('download')}
      </Button>
      {problem !== null && <span role="alert">{messageOf(problem)}</span>}
    </>
  );
}

function ErrorLine({
  first,
  errors,
  show,
  jump,
}: {
  first: LogLine;
  errors: LogAnswer | undefined;
  show: () => void;
  jump: (by: 1 | -1) => void;
}) {
  const t = useT();
  const count = errors?.errors?.length ?? 0;
  return (
    <div className="log-error">
      <button type="button" className="log-error-line" onClick={show}>
        <span className="status-shape bad" aria-hidden="true">
          ✕
        </span>
        <span className="log-error-where">
          {t('firstError')} · {first.line}
        </span>
        <code>{first.text}</code>
      </button>
      <span className="meta">
        {errors?.errors_have_more ? t('errorsMore', { n: String(count) }) : t('errors', { n: count })}
      </span>
      {count > 1 && (
        <>
          <Button size="xs" variant="default" title="Shift+n" onClick={() => jump(-1)}>
            {t('previousError')}
          </Button>
          <Button size="xs" variant="default" title="n" onClick={() => jump(1)}>
            {t('nextError')}
          </Button>
        </>
      )}
    </div>
  );
}

function Search({ source, q, setQ, log }: { source: LogSource; q: string; setQ: (q: string) => void; log: Log }) {
  const t = useT();
  const [typed, setTyped] = useState(q);
  const found = useQuery<LogAnswer>({
    queryKey: ['log search', source.key, q],
    queryFn: () => source.ask({ limit: 0, q }),
    enabled: q !== '',
  });
  const lines = (found.data?.matches ?? []).map((line) => line.offset);
  const firstFound = lines[0];
  useEffect(() => {
    if (firstFound !== undefined) log.show(firstFound);
  }, [firstFound, q]);
  const go = (by: 1 | -1) => {
    const to = nextOf(lines, log.target, by);
    if (to !== null) log.show(to);
  };
  return (
    <form
      className="log-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === q) go(1);
        else setQ(typed);
      }}
    >
      <TextInput
        size="xs"
        maxLength={200}
        aria-label={t('search')}
        placeholder={t('search')}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          if (event.currentTarget.value === '') setQ('');
        }}
      />
      {q !== '' && found.data && (
        <span className="meta" role="status">
          {found.data.matches_have_more ? t('foundMore', { n: String(lines.length) }) : t('found', { n: lines.length })}
        </span>
      )}
    </form>
  );
}

function Lines({
  log,
  label,
  follow,
  onLeave,
  errors,
  q,
}: {
  log: Log;
  label: string;
  follow: boolean;
  onLeave: () => void;
  errors: number[];
  q: string;
}) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const { window, target } = log;
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const line = target === null ? null : element.querySelector<HTMLElement>(`[data-offset="${target}"]`);
    if (line) element.scrollTop = line.offsetTop - element.clientHeight / 4;
    else if (target === null) element.scrollTop = element.scrollHeight;
  }, [target, window === null, window?.start]);
  useEffect(() => {
    if (follow && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [follow, window?.end]);
  if (window === null) return null;
  const onWheel = (event: React.WheelEvent) => {
    if (follow && event.deltaY < 0) onLeave();
  };
  return (
    <div className="log-lines" ref={frame} tabIndex={0} role="region" aria-label={label} onWheel={onWheel}>
      {window.start > 0 && (
        <button type="button" className="log-more" onClick={log.earlier}>
          {t('earlier')}
        </button>
      )}
      {window.size === 0 && <p className="muted">{t('emptyLog')}</p>}
      {window.lines.map((line) => (
        <LogRow
          key={line.offset}
          line={line}
          isTarget={line.offset === target}
          isError={errors.includes(line.offset)}
          isFound={q !== '' && line.text.toLowerCase().includes(q.toLowerCase())}
          word={t('errorLine')}
        />
      ))}
      {window.end < window.size && (
        <button type="button" className="log-more" onClick={log.later}>
          {t('later')}
        </button>
      )}
      {window.end >= window.size && target !== null && <div className="log-space" />}
    </div>
  );
}

const LogRow = memo(function LogRow({
  line,
  isTarget,
  isError,
  isFound,
  word,
}: {
  line: Line;
  isTarget: boolean;
  isError: boolean;
  isFound: boolean;
  word: string;
}) {
  const classes = ['log-row', isTarget ? 'is-target' : '', isError ? 'is-error' : '', isFound ? 'is-found' : '']
    .filter(Boolean)
    .join(' ');
  return (
    <div className={classes} data-offset={line.offset} {...(isTarget ? { 'aria-current': true as const } : {})}>
      {isError && <span className="sr-only">{word}: </span>}
      {line.text === '' ? '\u00a0' : line.text}
    </div>
  );
});
