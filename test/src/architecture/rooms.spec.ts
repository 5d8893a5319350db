import { describe, expect, it } from '@jest/globals';
import { isSource, readRepository } from './read-sources.js';
import { consoleCalls, containersOutsidePluginHost, environmentOutsideConfig, nestOutsideApps } from './rooms.js';

const sources = readRepository().filter(isSource);

/** Rule, a text that breaks it, a path where it may not stand, and one where it may. */
const RULES = [
  [environmentOutsideConfig, 'const home = process.env.HOME;', 'apps/host/src/x.ts', 'libs/config/src/x.ts'],
  [environmentOutsideConfig, `const home = process['env'].HOME;`, 'libs/plugin-host/src/x.ts', 'test/src/x.ts'],
  [environmentOutsideConfig, 'const { pid, env } = process;', 'plugins/access-rbac/src/x.ts', 'libs/config/src/x.ts'],
  [containersOutsidePluginHost, `import { container } from 'tsyringe';`, 'apps/host/src/x.ts', 'libs/plugin-host/src/x.ts'],
  [containersOutsidePluginHost, `import { container } from 'tsyringe';`, 'libs/plugin-api/src/x.ts', 'libs/plugin-host/src/x.ts'],
  [containersOutsidePluginHost, `import type { DependencyContainer } from 'tsyringe';`, 'libs/config/src/x.ts', 'libs/plugin-api/src/x.ts'],
  [nestOutsideApps, `import { Module } from '@nestjs/common';`, 'libs/object-store/src/x.ts', 'apps/host/src/x.ts'],
  [consoleCalls, 'console.log(1);', 'apps/host/src/x.ts', 'libs/config/src/x.spec.ts'],
] as const;

describe('what stays in its room', () => {
  it.each([
    ['the environment in libs/config', environmentOutsideConfig],
    ['containers in libs/plugin-host', containersOutsidePluginHost],
    ['Nest in apps', nestOutsideApps],
    ['nothing on the console', consoleCalls],
  ])('%s', (_, rule) => {
    expect(sources.flatMap(rule)).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule[0].name, ...rule] as const))('%s can fail', (_, rule, text, wrong, right) => {
    expect(rule({ path: wrong, text })).toHaveLength(1);
    expect(rule({ path: right, text })).toEqual([]);
  });
});
