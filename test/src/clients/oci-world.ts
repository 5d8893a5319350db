import { expect } from '@jest/globals';
import { ROOT_KEYS } from '../harness/server-process.js';
import { OciLayout } from './oci-layout.js';
import type { ClientWorld, Tool } from './tools.js';
import { clientTest } from './tools.js';

/** A bucket that is shown as a repository, once it is there. */
export const VIEWED_BUCKET = { bucket: 'viewed-files', repository: 'views/files' };

/** Everybody may pull what lies under `public/`; the rest is for who logs in. */
const CONFIG = { oci: { anonymous: [{ repositories: 'public/*', actions: ['pull'] }] }, views: { buckets: [VIEWED_BUCKET] } };

/** Whom the clients log in as. */
export const USER = { name: ROOT_KEYS.accessKeyId, password: ROOT_KEYS.secretAccessKey };

const BASIC = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString('base64')}`;

/** What the server counted. */
export interface Transfer {
  /** Blobs that were linked from another repository. */
  readonly mounts: number;
  /** Bytes of blobs that were sent to the server. */
  readonly uploadedBytes: number;
}

/** One OCI client against a registry of its own. */
export interface OciWorld extends ClientWorld {
  /** As it stands in front of a reference. */
  readonly host: string;
  readonly layout: OciLayout;
  /** Runs the client, which must fail. @returns all that it said */
  refused(...run: Parameters<ClientWorld['run']>): Promise<string>;
  /** What a request by HTTP is answered with, as the user. */
  ask(path: string, request?: RequestInit & { readonly headers?: Record<string, string> }): Promise<Response>;
  /** Names of the tags of a repository, as the server has them; empty for one that is not there. */
  tags(repository: string): Promise<readonly string[]>;
  /** What the server counts while the work runs. */
  counted(work: () => Promise<unknown>): Promise<Transfer>;
}

/** Declares the test of one OCI client; without the client it is skipped with a printed reason. */
export function ociClientTest(tool: Tool | undefined, name: string, story: (world: OciWorld) => Promise<void>): void {
  clientTest(tool, name, async (world) => story(await ociWorld(world)), CONFIG);
}

async function ociWorld(world: ClientWorld): Promise<OciWorld> {
  const ask: OciWorld['ask'] = (path, request) => fetch(world.url + path, { ...request, headers: { authorization: BASIC, ...request?.headers } });
  const transfer = () => ask('/metrics').then(async (answer) => readTransfer(await answer.text()));
  return {
    ...world,
    host: new URL(world.url).host,
    layout: await OciLayout.create(`${world.folder}/layout`),
    ask,
    refused: async (args, options) => {
      const said = await world.run(args, options).then(
        (output) => Promise.reject(new Error(`${world.tool.name} ${args.join(' ')} was not refused:\n${output}`)),
        (error: Error) => error.message,
      );
      // The first line repeats the command.
      return said.slice(said.indexOf('\n') + 1);
    },
    tags: async (repository) => {
      const answer = await ask(`/v2/${repository}/tags/list`);
      return answer.status === 404 ? [] : ((await answer.json()) as { tags: string[] }).tags;
    },
    counted: async (work) => {
      const before = await transfer();
      await work();
      const after = await transfer();
      return { mounts: after.mounts - before.mounts, uploadedBytes: after.uploadedBytes - before.uploadedBytes };
    },
  };
}

/** Most bytes that a client may send although all layers are there: its configuration, which many send again. */
const SMALL_BYTES = 64 * 1024;

/** Fails unless the layers were linked, not sent. */
export function expectMounted({ mounts, uploadedBytes }: Transfer, layers: number): void {
  expect(mounts).toBeGreaterThanOrEqual(layers);
  expect(uploadedBytes).toBeLessThan(SMALL_BYTES);
}

function readTransfer(metrics: string): Transfer {
  const sum = (line: RegExp) => [...metrics.matchAll(line)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    mounts: sum(/^zas_http_requests_total\{operation="oci:StartBlobUpload",status="201"\} (\d+)$/gm),
    uploadedBytes: sum(/^zas_http_received_bytes_total\{operation="oci:(?:Start|AppendTo|Finish)BlobUpload"\} (\d+)$/gm),
  };
}
