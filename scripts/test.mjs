// `npm test [-- --quick]`: everything that this machine can run. Ends with one line that sums up all suites;
// `--quick` leaves out the slow checks and all but unit and service tests.
import { check } from './check.mjs';
import { ready, root } from './ready.mjs';
import { giveUp, say, seconds } from './support/say.mjs';
import { runSuite, SUITES } from './support/suites.mjs';

const quick = process.argv.includes('--quick');
const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];

function note(name, start, counts, why) {
  for (const key of Object.keys(total)) total[key] += counts[key];
  const figures = why ?? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  summary.push(`${name.padEnd(18)} ${seconds(start).padStart(8)}  ${figures}`);
}

await ready({ server: !quick, web: !quick, dev: true }).catch(giveUp);
const start = performance.now();
console.log('== check');
note('check', start, await check({ quick }));

async function run(suites) {
  for (const suite of suites) {
    const begun = performance.now();
    if (suite.lane === undefined) console.log(`\n== ${suite.name}`);
    else say(`Running ${suite.name}.`);
    const { counts, cannot } = await runSuite(root, suite);
    if (cannot !== undefined) say(`${suite.name} is skipped: ${cannot}`);
    note(suite.name, begun, counts ?? { passed: 0, failed: 0, skipped: 1 }, cannot && `skipped: ${cannot}`);
  }
}

const chosen = SUITES.filter((suite) => !quick || suite.quick);
const lanes = new Set(chosen.map((suite) => suite.lane));
const inLane = (lane) => chosen.filter((suite) => suite.lane === lane);
await run(inLane(undefined));
lanes.delete(undefined);
await Promise.all([...lanes].map((lane) => run(inLane(lane))));

console.log(`\n== summary (${seconds(start)})\n${summary.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
