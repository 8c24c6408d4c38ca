// Makes the pack of the built page that the program carries: node pack.mjs FOLDER FILE
// The format is docs/formats/ui_pack.md's. The same files give the same bytes.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// As in src/protocol/control/ui/folder.cc; `text`: worth compressing.
const types = {
  '.html': { type: 'text/html; charset=utf-8', text: true },
  '.js': { type: 'text/javascript; charset=utf-8', text: true },
  '.mjs': { type: 'text/javascript; charset=utf-8', text: true },
  '.css': { type: 'text/css; charset=utf-8', text: true },
  '.json': { type: 'application/json', text: true },
  '.webmanifest': { type: 'application/manifest+json', text: true },
  '.svg': { type: 'image/svg+xml', text: true },
  '.txt': { type: 'text/plain; charset=utf-8', text: true },
  '.png': { type: 'image/png', text: false },
  '.ico': { type: 'image/x-icon', text: false },
  '.woff2': { type: 'font/woff2', text: false },
};
const magic = 'GLYUIPK1';
const spans = ['path', 'type', 'identity', 'gzip', 'brotli'];
const entryBytes = spans.length * 8 + 32;
const entriesFrom = magic.length + 32 + 4;

function filesBelow(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, path);
    return entry.isFile() && !path.endsWith('.map') ? [path] : [];
  });
}

/** A compressed form, or nothing if it saves less than a tenth. */
function worthIt(identity, compressed) {
  return compressed.length < identity.length * 0.9 ? compressed : Buffer.alloc(0);
}

function assetOf(folder, path) {
  const known = types[extname(path)];
  if (known === undefined) throw new Error(`pack: ${path}: no content type is known for it`);
  const identity = readFileSync(join(folder, path));
  const brotli = () =>
    brotliCompressSync(identity, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
      },
    });
  return {
    path: Buffer.from(path),
    type: Buffer.from(known.type),
    identity,
    gzip: known.text ? worthIt(identity, gzipSync(identity, { level: 9 })) : Buffer.alloc(0),
    brotli: known.text ? worthIt(identity, brotli()) : Buffer.alloc(0),
    digest: createHash('sha256').update(identity).digest(),
  };
}

function packOf(assets) {
  const table = Buffer.alloc(assets.length * entryBytes);
  const bodies = [];
  let end = entriesFrom + table.length;
  assets.forEach((asset, index) => {
    spans.forEach((span, column) => {
      const bytes = asset[span];
      table.writeUInt32LE(end, index * entryBytes + column * 8);
      table.writeUInt32LE(bytes.length, index * entryBytes + column * 8 + 4);
      bodies.push(bytes);
      end += bytes.length;
    });
    asset.digest.copy(table, index * entryBytes + spans.length * 8);
  });
  const count = Buffer.alloc(4);
  count.writeUInt32LE(assets.length);
  const checked = Buffer.concat([count, table, ...bodies]);
  return Buffer.concat([Buffer.from(magic), createHash('sha256').update(checked).digest(), checked]);
}

const [folder, file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node pack.mjs FOLDER FILE');
  process.exit(2);
}
const assets = filesBelow(folder).map((path) => assetOf(folder, path));
if (!assets.some((asset) => asset.path.toString() === 'index.html')) {
  throw new Error(`pack: ${folder} has no index.html`);
}
assets.sort((left, right) => Buffer.compare(left.path, right.path));
const pack = packOf(assets);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(`${file}.new`, pack);
renameSync(`${file}.new`, file);
