// Makes src/kit/icons.svg of the names in src/kit/icon.tsx and a folder of Lucide's icons (ISC):
//   npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
//   node tools/sprite.mjs package/icons
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const source = readFileSync(new URL('../src/kit/icon.tsx', import.meta.url), 'utf8');
const type = source.slice(source.indexOf('IconName ='), source.indexOf(';'.concat('\n'), source.indexOf('IconName =')));
const names = [...type.matchAll(/'([a-z0-9-]+)'/g)].map((match) => match[1]);
const symbols = names.map((name) => {
  const svg = readFileSync(`${folder}/${name}.svg`, 'utf8');
  const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s+/g, ' ').trim()}</symbol>`
  );
});
const head = '<!-- Lucide icons, ISC licence: https://lucide.dev/license -->';
writeFileSync(
  new URL('../src/kit/icons.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg">${head}\n${symbols.join('\n')}\n</svg>\n`,
);
console.log(`${names.length} icons`);
