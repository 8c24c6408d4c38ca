// Metrics by what stands before their first slash. Pure.
export type KeyGroup = { prefix: string; keys: string[] };

/** Those without a prefix first; `system` last. */
export function groupKeys(keys: readonly string[]): KeyGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const at = key.indexOf('/');
    const prefix = at > 0 ? key.slice(0, at) : '';
    groups.set(prefix, [...(groups.get(prefix) ?? []), key]);
  }
  const rank = (prefix: string) => (prefix === '' ? 0 : prefix === 'system' ? 2 : 1);
  return [...groups.entries()]
    .map(([prefix, all]) => ({ prefix, keys: all.sort() }))
    .sort((a, b) => rank(a.prefix) - rank(b.prefix) || (a.prefix < b.prefix ? -1 : 1));
}

/** What MLflow's client measures of the machine: `system/cpu_utilization_percentage`. */
export const isSystem = (key: string) => key.startsWith('system/');

const units: readonly (readonly [string, string])[] = [
  ['_percentage', '%'],
  ['_megabytes', 'MB'],
  ['_watts', 'W'],
];
/** `GPU 0 memory usage`, `MB`: of a key below `system/`. */
export function systemTitle(key: string): { title: string; unit: string } {
  const name = key.slice(key.indexOf('/') + 1);
  const [ending, unit] = units.find(([end]) => name.endsWith(end)) ?? ['', ''];
  const words = name.slice(0, name.length - ending.length).replaceAll('_', ' ');
  const title = words.replace(/\b(cpu|gpu)\b/g, (word) => word.toUpperCase());
  return { title: title.charAt(0).toUpperCase() + title.slice(1), unit };
}

export type SystemGroup = 'cpu' | 'memory' | 'gpu' | 'network' | 'disk' | 'other';
const systemGroups: readonly SystemGroup[] = ['cpu', 'memory', 'gpu', 'network', 'disk', 'other'];
function systemGroupOf(key: string): SystemGroup {
  const name = key.slice(key.indexOf('/') + 1);
  if (/gpu/.test(name)) return 'gpu';
  if (/cpu/.test(name)) return 'cpu';
  if (/memory/.test(name)) return 'memory';
  if (/network/.test(name)) return 'network';
  return /disk/.test(name) ? 'disk' : 'other';
}
export function groupSystem(keys: readonly string[]): { group: SystemGroup; keys: string[] }[] {
  return systemGroups
    .map((group) => ({ group, keys: keys.filter((key) => isSystem(key) && systemGroupOf(key) === group).sort() }))
    .filter((one) => one.keys.length > 0);
}

/** The first lines of comma- or tab-separated text as cells (RFC 4180). */
export function parseTable(text: string, separator: string, rowsMax: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < rowsMax; ++at) {
    const sign = text.charAt(at);
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(++at);
      else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === separator) {
      row.push(cell);
      cell = '';
    } else if (sign === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')]);
      row = [];
      cell = '';
    } else cell += sign;
  }
  if (rows.length < rowsMax && (cell !== '' || row.length > 0)) rows.push([...row, cell]);
  return rows;
}
