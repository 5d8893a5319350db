import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { declarativeProblems } from './declarative-pipeline.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SCHEMAS = path.join(path.dirname(createRequire(import.meta.url).resolve('schemastore/package.json')), 'schemas/json');
const GITLAB = path.join(ROOT, 'node_modules/gitlab-ci-local/dist/index.js');
const read = (name: string) => fs.readFile(path.join(ROOT, name), 'utf8');
const FILES = ['.github/workflows/ci.yml', '.gitlab-ci.yml', 'azure-pipelines.yml', 'Jenkinsfile'];

interface Job {
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
}

/** What is wrong with a document by a schema of the vendor. */
async function problemsOf(document: unknown, schema: string): Promise<readonly string[]> {
  const validate = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false, unicodeRegExp: false }).compile(JSON.parse(await fs.readFile(path.join(SCHEMAS, schema), 'utf8')) as object);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Names of the jobs, as a runner for GitLab's pipelines reads them. Rejects with what is wrong. */
async function gitlabJobs(text: string): Promise<readonly string[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-gitlab-'));
  try {
    await fs.writeFile(path.join(folder, '.gitlab-ci.yml'), text);
    // Without a PATH it finds no git, and takes values of its own for what git would say.
    const { stdout } = await promisify(execFile)(process.execPath, [GITLAB, '--list-json'], { cwd: folder, env: { PATH: '' } });
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name.replace(/:? ?\[.*/, ''));
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

describe('the workflow of GitHub', () => {
  const workflow = async () => parse(await read('.github/workflows/ci.yml')) as { permissions: Record<string, string>; jobs: Record<string, Job> };

  it('has the seven jobs, each with an end', async () => {
    const { jobs } = await workflow();
    expect(Object.keys(jobs)).toEqual(['lint', 'test', 'build', 'container', 'security-scan', 'integration', 'release']);
    for (const [name, job] of Object.entries(jobs)) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
  });

  it('tests on two versions of Node and two architectures', async () => {
    const { test, container } = (await workflow()).jobs;
    expect(test!.strategy!.matrix).toEqual({ node: ['24', '26'], runner: ['ubuntu-24.04', 'ubuntu-24.04-arm'] });
    expect(container!.strategy!.matrix['runner']).toHaveLength(2);
  });

  it('gives its token no more than reading, but to the release of a tag', async () => {
    const { permissions, jobs } = await workflow();
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.entries(jobs).filter(([, job]) => job.permissions !== undefined).map(([name]) => name)).toEqual(['release']);
    expect(jobs['release']!.if).toContain("refs/tags/v'");
  });

  it('pins every action to a commit, and lets none keep the credentials of the checkout', async () => {
    const steps = Object.values((await workflow()).jobs).flatMap(({ steps }) => steps);
    const used = steps.filter(({ uses }) => uses !== undefined);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(({ uses }) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses!)).map(({ uses }) => uses)).toEqual([]);
    const checkouts = used.filter(({ uses }) => uses!.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(await read('.github/workflows/ci.yml')).not.toMatch(/uses: [^#\n]+$/m);
  });

  it('puts nothing that others write into a script', async () => {
    const scripts = Object.values((await workflow()).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });
});

describe('the other pipelines', () => {
  it('that of GitLab is one by GitLab’s schema and its rules of needs', async () => {
    const text = await read('.gitlab-ci.yml');
    expect(await gitlabJobs(text)).toEqual(['lint', 'test', 'test', 'test', 'test', 'build', 'container', 'security-scan', 'integration', 'release']);
    await expect(gitlabJobs(text.replace('  script:', '  scirpt:'))).rejects.toThrow('must');
    await expect(gitlabJobs(text.replace('needs: [test, build]', 'needs: [test, bulid]'))).rejects.toThrow('bulid');
  });

  it('that of Azure fits Microsoft’s schema', async () => {
    const schema = 'raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json';
    // Azure reads every scalar as text.
    const document = parse(await read('azure-pipelines.yml'), { schema: 'failsafe' }) as Record<string, unknown>;
    expect(await problemsOf(document, schema)).toEqual([]);
    expect(await problemsOf({ ...document, jbos: [] }, schema)).not.toEqual([]);
  });

  it('that of Jenkins is a declarative pipeline', async () => {
    const text = await read('Jenkinsfile');
    expect(declarativeProblems(text)).toEqual([]);
    expect(declarativeProblems(text.replace('steps {', 'setps {'))).toEqual([expect.stringContaining('setps')]);
    expect(declarativeProblems(`${text}}`)).toEqual([expect.stringContaining('without a block')]);
    expect(declarativeProblems(text.replace("sh 'npm test'", "sh 'npm test"))).toEqual([expect.stringContaining('text that does not end')]);
    expect(declarativeProblems(text.replace(/agent none/, ''))).toEqual([expect.stringContaining('agent')]);
  });

  it('build the image for an architecture that is not the runner’s only where it is emulated', async () => {
    const { release } = (parse(await read('.github/workflows/ci.yml')) as { jobs: Record<string, Job> }).jobs;
    const [emulated, built] = [release!.steps.findIndex(({ uses }) => uses?.startsWith('docker/setup-qemu-action@')), release!.steps.findIndex(({ run }) => run?.includes('--platform linux/amd64,linux/arm64'))];
    expect(emulated).toBeGreaterThan(-1);
    expect(built).toBeGreaterThan(emulated);
  });

  it('that of Azure puts nothing that others write into a script, and ends at the first failure', async () => {
    const { jobs } = parse(await read('azure-pipelines.yml')) as { jobs: { steps: { script?: string }[] }[] };
    const scripts = jobs.flatMap(({ steps }) => steps.flatMap(({ script }) => script ?? []));
    expect(scripts.length).toBeGreaterThan(10);
    expect(scripts.filter((script) => script.includes('$('))).toEqual([]);
    expect(scripts.filter((script) => script.trim().includes('\n') && !script.startsWith('set -e\n'))).toEqual([]);
  });

  it.each(FILES)('%s keeps no token in a file', async (name) => {
    expect(await read(name)).not.toMatch(/npm config set|\.npmrc/);
  });

  it.each(FILES)('%s calls only scripts of npm that there are, and what a release needs', async (name) => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const text = await read(name);
    const called = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    for (const wanted of ['lint', 'build', 'release:pack', 'licences', 'release:check', 'sbom']) expect([name, called]).toEqual([name, expect.arrayContaining([wanted])]);
    for (const wanted of ['npm test', 'npm audit', 'bash .ci/run']) expect(text).toContain(wanted);
  });
});
