import { parseArgs } from 'node:util';
import { runCampaign, say } from '../harness/campaign.js';
import type { OciRun } from './run-oci-suite.js';
import { runOciSuite } from './run-oci-suite.js';

const HELP = `Usage: npm run test:oci-conformance -- [options]

Runs the conformance suite of the OCI distribution specification, which the Go
module proxy gives, against a fresh server: with credentials and without, in both
versions. Needs Go 1.24 or newer.

  --version V    only this version of the specification: 1.1 or dev
  --as WHO       only so: root or anonymous
  --help         show this

Exit code: 0 when nothing failed and nothing was skipped, 1 otherwise, 2 for wrong arguments.
`;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): readonly OciRun[] | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { version: text, as: text, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  const { version, as: who } = values;
  if (version !== undefined && version !== '1.1' && version !== 'dev') throw new TypeError('--version is 1.1 or dev');
  if (who !== undefined && who !== 'root' && who !== 'anonymous') throw new TypeError('--as is root or anonymous');
  const versions: readonly OciRun['version'][] = version === undefined ? ['1.1', 'dev'] : [version];
  const callers = who === undefined ? [false, true] : [who === 'anonymous'];
  return versions.flatMap((one) => callers.map((anonymous) => ({ version: one, anonymous })));
}

await runCampaign(HELP, readOptions, async (runs) => {
  let good = true;
  for (const run of runs) {
    const { version, anonymous, tests, failed, skipped, disabled, complaints } = await runOciSuite(run, say);
    for (const complaint of complaints) process.stdout.write(`${complaint.trim()}\n`);
    const passed = tests - failed - skipped - disabled;
    const who = anonymous ? 'anonymous' : 'root';
    process.stdout.write(`${version} as ${who}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${disabled} disabled by the version\n`);
    good &&= failed === 0 && skipped === 0 && passed > 0;
  }
  return good ? 0 : 1;
});
