// Says the Chinese form of each sentence of a JSON list on standard input, null if there is none:
// node said.mjs < sentences.json. tests/page/test_said.py asks it for all that the server can say.
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const read = async (path) =>
  (await runnerImport(fileURLToPath(new URL(path, import.meta.url)), { logLevel: 'silent' })).module;
const { makeForms } = await read('../src/api/said.core.ts');
const { saidZh } = await read('../src/api/zh/index.ts');
const formOf = makeForms(saidZh);
const sentences = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(sentences.map((sentence) => formOf(sentence) ?? null)));
