import { useEffect, useState } from 'react';
import { Icon } from './icon';
import { makeText } from './text';

const useT = makeText({ copy: 'Copy', copied: 'Copied' }, { copy: '复制', copied: '已复制' });

/** Also where the clipboard's interface is missing (a page that is not on loopback or HTTPS). */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={done ? t('copied') : (label ?? t('copy'))}
      title={done ? t('copied') : (label ?? t('copy'))}
      onClick={() => void copyText(text).then(() => setDone(true))}
    >
      <Icon name={done ? 'check' : 'copy'} size={14} />
    </button>
  );
}

/** An id or digest: its first digits, whole on hover and when copied. */
export function ShortId({ id, digits = 8 }: { id: string; digits?: number }) {
  return (
    <span className="short-id">
      <code title={id}>{id.slice(0, digits)}</code>
      <CopyButton text={id} />
    </span>
  );
}

/** Commands or code to take along. */
export function Snippet({ text, label }: { text: string; label?: string }) {
  return (
    <div className="snippet">
      <pre tabIndex={0} aria-label={label ?? text.split('\n')[0]}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
