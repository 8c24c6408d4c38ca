/** Where `wanted` stands in `text`, letters in any case: [before, it, behind]; null: nowhere. `key=value` marks the value. */
export function split(text: string, wanted: string): [string, string, string] | null {
  for (const one of [wanted, wanted.slice(wanted.indexOf('=') + 1), wanted.replace(/^#/, '')]) {
    const at = one === '' ? -1 : text.toLowerCase().indexOf(one.toLowerCase());
    if (at >= 0) return [text.slice(0, at), text.slice(at, at + one.length), text.slice(at + one.length)];
  }
  return null;
}

export function Marked({ text, wanted }: { text: string; wanted: string }) {
  const parts = split(text, wanted);
  return parts ? (
    <>
      {parts[0]}
      <mark>{parts[1]}</mark>
      {parts[2]}
    </>
  ) : (
    <>{text}</>
  );
}
