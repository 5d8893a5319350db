import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { ROOT, type Page, pageNames, readPage } from './read-page.js';

const pages = await Promise.all([...(await pageNames()), 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(readPage));

/** Text between backticks, outside of blocks. */
const spansOf = ({ text }: Page) => [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);

/** What pages name that is not there, and how many names were looked at. */
function wrong(namesOf: (page: Page) => readonly string[], isThere: (name: string, page: Page) => boolean) {
  const named = pages.flatMap((page) => namesOf(page).map((name) => ({ page, name })));
  return { seen: named.length, problems: named.filter(({ page, name }) => !isThere(name, page)).map(({ page, name }) => `${page.name}: ${name}`) };
}

describe('settings that the pages name', () => {
  const { text } = pages.find(({ name }) => name === 'docs/configuration.md')!;
  // Made from the schemas, and held against them by api:check.
  const rows = [...text.matchAll(/^\| `([^`]+)` \| .* \| (?:`(ZAS_\w+)`)? ?\|$/gm)];
  const paths = rows.map(([, setting]) => setting!);
  const roots = new Set(paths.map((setting) => setting.split(/[.[]/)[0]));
  /** A point, which looks like a setting. */
  const POINTS = new Set(['http.routes']);

  it('are there', () => {
    const isThere = (setting: string) => paths.some((one) => one === setting || one.startsWith(`${setting}.`) || one.startsWith(`${setting}[]`));
    const { seen, problems } = wrong(
      (page) =>
        spansOf(page)
          .map((span) => /^([a-zA-Z0-9]+(?:(?:\[\])?\.[a-zA-Z*][\w*]*)+)(?::.*)?$/.exec(span)?.[1]?.replace(/\.\*$/, '') ?? '')
          .filter((setting) => roots.has(setting.split(/[.[]/)[0]!) && !setting.endsWith('.example.com') && !POINTS.has(setting)),
      isThere,
    );
    expect(problems).toEqual([]);
    expect(seen).toBeGreaterThan(paths.length);
  });

  it('and their variables', async () => {
    const OTHERS = ['ZAS_CONFIG', 'ZAS_IMAGE', 'ZAS_PULL_BASE', 'ZAS_PLUGIN_FOLDER_STORAGE_PATH'];
    const variables = new Set([...rows.map(([, , variable]) => variable), ...OTHERS]);
    const deployed = await Promise.all(['deploy/compose/compose.yaml', 'deploy/systemd/zas.service', 'Dockerfile'].map(readPage));
    const problems = [...pages, ...deployed].flatMap((page) =>
      [...page.text.matchAll(/\bZAS_[A-Z0-9_]*[A-Z0-9]\b(?![…*_])/g)]
        .map(([variable]) => variable)
        .filter((variable) => !variables.has(variable) && !variables.has(variable.replace(/_FILE$/, '')))
        .map((variable) => `${page.name}: ${variable}`),
    );
    expect(problems).toEqual([]);
  });
});

describe('configuration that the pages show', () => {
  let server: ValidateFunction;
  let plugins: ReadonlyMap<string, ValidateFunction>;

  beforeAll(async () => {
    const { schemas } = (await import(path.join(ROOT, 'scripts/config-reference.mjs'))) as { schemas(): Promise<{ server: object; plugins: readonly (readonly [string, object])[] }> };
    const all = await schemas();
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    server = ajv.compile(all.server);
    plugins = new Map(all.plugins.map(([name, schema]) => [name, ajv.compile(schema)]));
  });

  /** Problems of a value; `…` stands for any. */
  const problemsOf = (validate: ValidateFunction, value: unknown): readonly string[] => {
    validate(value);
    const at = (pointer: string) => pointer.split('/').slice(1).reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
    return (validate.errors ?? []).filter(({ instancePath }) => at(instancePath) !== '…').map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  };

  it.each(pages.filter(({ text }) => text.includes('\n```yaml')).map((page) => [page.name, page] as const))('%s: can be read and fits the schemas', (_name, page) => {
    const blocks = [...page.text.matchAll(/^```yaml.*\n([\s\S]*?)^```$/gm)].map(([, block]) => parse(block!) as { plugins?: readonly { use: string; config?: unknown }[] });
    const problems = blocks.flatMap((block) => [
      ...problemsOf(server, block),
      ...(block.plugins ?? []).flatMap(({ use, config }) => (plugins.has(use) && config !== undefined ? problemsOf(plugins.get(use)!, config) : [])),
    ]);
    expect(problems).toEqual([]);
  });
});

describe('calls that the pages name', () => {
  it('are in the API document', async () => {
    const { paths } = parse(await fs.readFile(path.join(ROOT, 'api/openapi.yaml'), 'utf8')) as { paths: Record<string, Record<string, unknown>> };
    // A path of S3 could be any.
    const operations = Object.entries(paths).filter(([route]) => !route.startsWith('/{')).flatMap(([route, methods]) => {
      const pattern = new RegExp(`^${route.split('#')[0]!.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`);
      return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), pattern }));
    });
    const isThere = (call: string) => {
      const [route, method] = call.split(' ').reverse() as [string, string?];
      // A family of calls is named by what they begin with.
      const isFamily = method === undefined && Object.keys(paths).some((known) => known.startsWith(`${route}/`));
      return isFamily || operations.some((operation) => operation.pattern.test(route) && (method === undefined || operation.method === method));
    };
    const CALL = /(?:(?<=`|127\.0\.0\.1:9000)|(GET|PUT|POST|DELETE|HEAD|PATCH) )(\/(?:rbac|admin|health|metrics|token|docs)\b[\w/.{}…-]*)/g;
    const { seen, problems } = wrong(({ text }) => [...text.matchAll(CALL)].map(([, method = '', route]) => `${method} ${route!.replace(/[/.]$/, '')}`.trim()), isThere);
    expect(problems).toEqual([]);
    expect(seen).toBeGreaterThan(50);
  });
});

describe('commands of zas that the pages name', () => {
  it('are there, with their flags', async () => {
    const { runProgram } = (await import(path.join(ROOT, 'apps/host/dist/cli/program.js'))) as { runProgram(argv: readonly string[], world: object): Promise<number> };
    const helpOf = async (...command: readonly string[]) => {
      let help = '';
      await runProgram([...command, '--help'], { out: (text: string) => (help += text), err: () => undefined, version: '0' });
      return help;
    };
    const COMMANDS = ['', ...[...(await helpOf()).matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, command]) => command!)];
    const helps = new Map(await Promise.all(COMMANDS.map(async (command) => [command, await helpOf(...(command === '' ? [] : [command]))] as const)));
    // In code: between backticks, or in a line of a block.
    const CALL = /(?:`(?:npx |docker exec \w+ )?|^(?:npm run (?:--silent )?|npx |docker (?:exec|compose exec) \w+ )|zas\.js )(?:zas )(?:-- )?(-*[a-z][a-z-]*)?([^`\n|#"]*)/gm;
    const { seen, problems } = wrong(
      ({ text }) => [...text.matchAll(CALL)].map(([, first = '', rest]) => `${first}${rest}`.trim()).filter((call) => call !== ''),
      (call) => {
        const words = call.split(/\s+/);
        const command = words[0]!.startsWith('-') ? '' : words[0]!;
        const help = helps.get(command);
        const flags = words.filter((word) => word.startsWith('--'));
        return command === 'COMMAND' || (help !== undefined && flags.every((flag) => new RegExp(`(^|[ ,])${flag}\\b`, 'm').test(help)));
      },
    );
    expect(problems).toEqual([]);
    expect(seen).toBeGreaterThan(40);
  });
});

describe('files that the pages name', () => {
  it('are there', async () => {
    const packages = await Promise.all(['apps', 'libs', 'plugins'].map(async (kind) => (await fs.readdir(path.join(ROOT, kind))).flatMap((name) => [`${kind}/${name}`, `${kind}/${name}/src`])));
    const bases = ['.', 'libs', 'plugins', ...packages.flat()];
    /** In a data folder, or made by a run. */
    const MADE = new Set(['plugins/access-rbac/master-key', 'data/root-credentials.json', 'bench/results/latest.json']);
    const FILE = /^((?:apps|libs|plugins|test|scripts|docs|api|deploy|bench)\/[\w./-]+|[\w-]+(?:\/[\w-]+)+\.(?:ts|mjs|cjs|sh|json|yaml|md|sql))$/;
    const { seen, problems } = wrong(
      (page) => (page.name === 'docs/plugin-guide.md' ? [] : spansOf(page).filter((span) => FILE.test(span) && !MADE.has(span))),
      (file) => bases.some((base) => existsSync(path.join(ROOT, base, file))),
    );
    expect(problems).toEqual([]);
    expect(seen).toBeGreaterThan(40);
  });
});
