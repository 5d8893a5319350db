import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from './plan/scenarios.js';
import { HELP, readLoadOptions, renderList, type LoadRun } from './read-load-options.js';

const read = (...args: string[]) => readLoadOptions(args, {}) as LoadRun;
const ENDPOINT = ['s3-get', '--endpoint', 'http://127.0.0.1:9000'];
const KEYS = ['--access', 'k', '--secret', 's'];

describe('readLoadOptions', () => {
  it('smokes a server of ours by default', () => {
    expect(read('s3-mixed')).toMatchObject({ command: 'run', brief: false, allowRemote: false, endpoint: undefined, variables: {}, profile: { name: 'smoke' } });
    expect(read('s3-mixed').scenarios.map(({ name }) => name)).toEqual(['s3-mixed']);
  });

  it('smokes all', () => {
    const { scenarios, profile, brief } = read('--smoke-all');
    expect({ scenarios, profile: profile.name, brief }).toEqual({ scenarios: SCENARIOS, profile: 'smoke', brief: true });
  });

  it('hands changes and settings on, under the names that scenarios know', () => {
    const { variables, profile } = read('oci-push', '--profile', 'soak', '--vus', '3', '--duration', '90s', '--layer-size', '2MiB', '--think', '0ms');
    expect(profile.name).toBe('soak');
    expect(variables).toEqual({ LOAD_VUS: '3', LOAD_DURATION: '90s', LOAD_LAYER_SIZE: '2MiB', LOAD_THINK: '0ms' });
  });

  it('takes keys from flags, or else from the environment', () => {
    expect(read(...ENDPOINT, ...KEYS).endpoint).toEqual({ url: 'http://127.0.0.1:9000', accessKeyId: 'k', secret: 's', region: 'us-east-1' });
    const environment = { LOAD_ACCESS_KEY: 'ek', LOAD_SECRET_KEY: 'es' };
    expect(readLoadOptions(ENDPOINT, environment)).toMatchObject({ endpoint: { accessKeyId: 'ek', secret: 'es' } });
    expect(readLoadOptions([...ENDPOINT, ...KEYS], environment)).toMatchObject({ endpoint: { accessKeyId: 'k', secret: 's' } });
  });

  it('loads what is elsewhere only when told so', () => {
    const remote = ['s3-get', '--endpoint', 'https://s3.example.com', ...KEYS];
    expect(() => read(...remote)).toThrow('--allow-remote');
    expect(read(...remote, '--allow-remote')).toMatchObject({ allowRemote: true, endpoint: { url: 'https://s3.example.com' } });
  });

  it('names what was probably meant', () => {
    expect(() => read('s3-mxed')).toThrow('did you mean "s3-mixed"?');
    expect(() => read('s3-put', '--profile', 'smok')).toThrow('did you mean "smoke"?');
    expect(() => read('nothing-like-it')).toThrow(/there are s3-put, s3-get/);
  });

  it.each([
    [[]],
    [['s3-put', 's3-get']],
    [['--smoke-all', 's3-put']],
    [['--smoke-all', '--profile', 'load']],
    [['s3-put', '--vus', '0']],
    [['s3-put', '--vus', '10001']],
    [['s3-put', '--duration', '0s']],
    [['s3-put', '--duration', '25h']],
    [['s3-put', '--duration', '30']],
    [['s3-put', '--size', '4KB']],
    [['s3-put', '--unknown']],
    [['s3-put', '--access', 'k']],
    [ENDPOINT],
    [[...ENDPOINT, '--access', 'k']],
    [['s3-get', '--endpoint', 'ftp://127.0.0.1', ...KEYS]],
    [['s3-get', '--endpoint', 'http://127.0.0.1/path', ...KEYS]],
    [['s3-get', '--endpoint', 'http://user@127.0.0.1', ...KEYS]],
  ])('refuses %j', (args) => {
    expect(() => readLoadOptions(args, {})).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });

  it('helps and lists whatever else is said', () => {
    expect([read('--help', 'x').command, read('--list').command]).toEqual(['help', 'list']);
    for (const { name } of SCENARIOS) expect(renderList()).toContain(name);
    for (const flag of ['--profile', '--vus', '--duration', '--endpoint', '--allow-remote', '--json', '--smoke-all', '--list', '--part-size', '--think']) expect(HELP).toContain(flag);
  });
});
