// Writes the types of the native API: node api.mjs GALLEY FILE
// Starts that program on a free port with an empty data directory, asks it for its OpenAPI document
// and writes what openapi-typescript makes of it. `./dev api` runs it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const head = `// The native API's types, made from its OpenAPI document by \`./dev api\`. Not written by hand.
`;

/** The document of a server that is started for it. */
async function documentOf(program, folder) {
  const server = spawn(program, ['server', '--port', '0', '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  server.stderr.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => server.on('exit', resolve));
  try {
    const line = await new Promise((resolve, reject) => {
      server.stdout.once('data', (data) => resolve(String(data)));
      server.once('error', reject);
      server.once('exit', (code) => reject(new Error(`${program} server ended with ${code}: ${said}`)));
    });
    const url = /http:\/\/\S+/.exec(line)[0];
    return await (await fetch(`${url}/api/v1/openapi.json`)).json();
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

const [program, file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node api.mjs GALLEY FILE');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'galley-api-'));
try {
  const document = await documentOf(program, join(folder, 'data'));
  writeFileSync(
    file,
    head + astToString(await openapiTS(document)) + '\nexport type Schemas = components["schemas"];\n',
  );
} finally {
  rmSync(folder, { recursive: true });
}
