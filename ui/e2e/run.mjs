// node e2e/run.mjs WALK < options.json: runs e2e/walks/WALK.mjs and prints what came of it as JSON.
import { readFileSync } from 'node:fs';
import { Walk } from './driver.mjs';

const options = JSON.parse(readFileSync(0, 'utf8'));
const { default: steps } = await import(`./walks/${process.argv[2]}.mjs`);
const walk = await Walk.start(options);
let problem = null;
try {
  await steps(walk);
} catch (error) {
  problem = String(error?.stack ?? error);
  if (options.failure_shot) await walk.screenshot(options.failure_shot).catch(() => undefined);
}
const result = { problem, ...walk.result() };
await walk.end();
console.log(JSON.stringify(result));
