// `npm run check [-- --quick]`: types, format, lint, import rules, unused code, generated files; two at a time, a
// line each. The output of a check is shown only when it failed.
import { ready, root } from './ready.mjs';
import { capture, giveUp, seconds } from './support/say.mjs';
import { checks } from './support/tools.mjs';

const AT_A_TIME = 2;

/** Runs the checks and returns how many passed and failed. */
export async function check({ quick = false } = {}) {
  const queue = checks(root, { quick });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      counts[(await runOne(next)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return counts;
}

async function runOne({ name, command, proof }) {
  const start = performance.now();
  const { code, output } = await capture(process.execPath, command, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const passed = code === 0 && (proof === undefined || proof.test(output));
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds(start)}`);
  if (!passed) console.log(`${output.trimEnd()}\n`);
  return passed;
}

if (import.meta.filename === process.argv[1]) {
  await ready({ server: false, web: false, dev: true }).catch(giveUp);
  const { failed } = await check({ quick: process.argv.includes('--quick') });
  process.exitCode = failed > 0 ? 1 : 0;
}
