import { parseArgs } from 'node:util';
import { runCampaign, say } from '../harness/campaign.js';
import { runS3Tests, type SuiteOptions } from './run-s3-tests.js';

const HELP = `Usage: npm run test:s3-conformance -- --suite DIR [options]

Runs a copy of the public suite ceph/s3-tests, which you bring, against a fresh
server with three users. What fails, and what AWS documents, is listed in
test/conformance/s3-deviations.md.

  --suite DIR    the copy; default: $S3_TESTS
  --python FILE  a Python that has the suite's requirements; default: $S3_TESTS_PYTHON, else python3
  --all          also everything in test_s3.py and test_headers.py
  --only EXPR    these tests, as pytest's -k
  --help         show this

Exit code: 0 when at least 97 % of the items in scope pass, 1 otherwise, 2 for wrong arguments.
`;

const WANTED = 0.97;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): SuiteOptions | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({ args: [...args], options: { suite: text, python: text, only: text, all: flag, help: flag } });
  if (values.help) return 'help';
  const suite = values.suite ?? process.env['S3_TESTS'];
  if (!suite) throw new TypeError('--suite names a copy of ceph/s3-tests');
  return { suite, python: values.python ?? process.env['S3_TESTS_PYTHON'] ?? 'python3', all: values.all ?? false, only: values.only };
}

await runCampaign(HELP, readOptions, async (options) => {
  const scores = await runS3Tests(options, say);
  for (const { title, passed, counted, failures } of scores) {
    for (const { name, message } of failures) process.stdout.write(`failed: ${name}: ${message?.split('\n')[0]?.slice(0, 160) ?? ''}\n`);
    process.stdout.write(`${title}: ${passed} of ${counted} passed (${((100 * passed) / Math.max(1, counted)).toFixed(1)} %)\n`);
  }
  const [core] = scores;
  return core && core.passed >= WANTED * core.counted ? 0 : 1;
});
