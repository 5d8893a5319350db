import { digestOf, imageOf, manifestBytes, referrerOf } from '../oci-artifacts.js';
import { ROOT_KEYS } from '../server-process.js';
import type { ContractCase, ContractWorld, Prepared } from './contract-case.js';
import { fresh } from './contract-case.js';

const BLOB = digestOf('hello');
const NOTHING = digestOf('nothing');

/** A repository with an image, tagged and referred to. */
async function anImage({ oci }: ContractWorld): Promise<Prepared> {
  const name = `team/${fresh('app')}`;
  for (const bytes of ['hello', '{}', 'loose']) await oci.pushBlob(name, bytes);
  const image = manifestBytes(imageOf('{}', ['hello']));
  const refers = manifestBytes(referrerOf(image.descriptor, 'application/spdx+json'));
  for (const [reference, { text }] of [['latest', image], [refers.digest, refers]] as const) {
    const { status } = await oci.putManifest(name, reference, text);
    if (status !== 201) throw new Error(`The manifest was answered ${status}`);
  }
  return { name, image: image.digest, text: image.text, refers: refers.digest, refersText: refers.text };
}

async function anUpload(world: ContractWorld): Promise<Prepared> {
  const name = `team/${fresh('app')}`;
  return { name, upload: await world.oci.startUpload(name), elsewhere: `/v2/${name}/blobs/uploads/unheard-of` };
}

const manifest = ({ name }: Prepared, reference: string | undefined) => `/v2/${name}/manifests/${reference}`;
const blob = ({ name }: Prepared, digest = BLOB) => `/v2/${name}/blobs/${digest}`;
const conditions = (digest: string) => ({ 'if-match': `"${digest}"` });

const readsManifest: ContractCase = {
  prepare: anImage,
  right: (prepared) => [
    { path: manifest(prepared, 'latest'), headers: conditions(prepared['image']!) },
    { path: manifest(prepared, prepared['image']) },
    { path: manifest(prepared, 'latest'), headers: { 'if-none-match': `"${prepared['image']}"` }, status: 304 },
  ],
  wrong: (prepared) => [
    { what: 'a tag that is not there', path: manifest(prepared, 'nothing'), status: 404 },
    { what: 'a digest that is none', path: manifest(prepared, 'sha256:x'), status: 400 },
    { what: 'a condition that does not hold', path: manifest(prepared, 'latest'), headers: { 'if-match': '"x"' }, status: 412 },
    { what: 'a repository that is not there', path: '/v2/nothing/manifests/latest', status: 404 },
  ],
};

const readsBlob = (partial: boolean): ContractCase => ({
  prepare: anImage,
  right: (prepared) => [
    { path: blob(prepared), headers: conditions(BLOB) },
    ...(partial ? [{ path: blob(prepared), headers: { range: 'bytes=0-1', 'if-range': `"${BLOB}"` }, status: 206 }] : []),
    { path: blob(prepared), headers: { 'if-none-match': `"${BLOB}"` }, status: 304 },
  ],
  wrong: (prepared) => [
    { what: 'a blob that is not there', path: blob(prepared, NOTHING), status: 404 },
    { what: 'a digest that is none', path: blob(prepared, 'sha256:x'), status: 400 },
    ...(partial ? [{ what: 'a range beyond it', path: blob(prepared), headers: { range: 'bytes=9-' }, status: 416, code: 'RANGE_INVALID' }] : []),
    { what: 'a condition that does not hold', path: blob(prepared), headers: { 'if-match': '"x"' }, status: 412 },
  ],
});

const page = (path: string) => [
  { what: 'a count that is none', path: `${path}?n=x`, status: 400, code: 'PAGINATION_NUMBER_INVALID' },
  { what: 'a count twice', path: `${path}?n=1&n=2`, status: 400, code: 'UNSUPPORTED' },
];

/** Of the registry and its token endpoint. */
export const OCI_CASES: Readonly<Record<string, ContractCase>> = {
  CheckApi: { right: () => ({ path: '/v2/' }) },
  ListRepositories: { prepare: anImage, right: () => [{ path: '/v2/_catalog' }, { path: '/v2/_catalog?n=1&last=a' }], wrong: [...page('/v2/_catalog'), { what: 'a position that is none', path: '/v2/_catalog?from=x', status: 400 }] },
  ListExtensions: { right: () => ({ path: '/v2/_oci/ext/discover' }), wrong: [{ what: 'another one', path: '/v2/_oci/ext/unheard-of', status: 404, code: 'UNSUPPORTED' }] },
  GetManifest: readsManifest,
  HeadManifest: readsManifest,
  PutManifest: {
    prepare: anImage,
    right: (prepared) => [
      { path: manifest(prepared, 'other'), body: prepared['text'] },
      { path: `${manifest(prepared, prepared['image'])}?tag=one&tag=two`, body: prepared['text'] },
      { path: manifest(prepared, prepared['refers']), body: prepared['refersText'] },
    ],
    wrong: (prepared) => [
      { what: 'a manifest that is none', path: manifest(prepared, 'other'), body: '{}', status: 400, code: 'MANIFEST_INVALID' },
      { what: 'a blob that is not there', path: manifest(prepared, 'other'), body: JSON.stringify(imageOf('{}', ['nothing'])), status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
      { what: 'another digest', path: manifest(prepared, NOTHING), body: prepared['text'], status: 400, code: 'DIGEST_INVALID' },
      { what: 'a tag that is none', path: manifest(prepared, '-'), body: prepared['text'], status: 400, code: 'TAG_INVALID' },
      { what: 'one too large', path: manifest(prepared, 'other'), body: 'x'.repeat(5_000_000), status: 413, code: 'MANIFEST_INVALID' },
    ],
  },
  DeleteTag: { prepare: anImage, right: (prepared) => ({ path: manifest(prepared, 'latest') }), wrong: (prepared) => [{ what: 'a tag that is not there', path: manifest(prepared, 'nothing'), status: 404, code: 'MANIFEST_UNKNOWN' }] },
  DeleteManifest: {
    prepare: anImage,
    right: (prepared) => ({ path: manifest(prepared, prepared['image']) }),
    wrong: (prepared) => [
      { what: 'a manifest that is not there', path: manifest(prepared, NOTHING), status: 404, code: 'MANIFEST_UNKNOWN' },
      { what: 'a digest that is none', path: manifest(prepared, 'sha256:x'), status: 400, code: 'DIGEST_INVALID' },
    ],
  },
  GetBlob: readsBlob(true),
  HeadBlob: readsBlob(false),
  DeleteBlob: {
    prepare: anImage,
    right: (prepared) => ({ path: blob(prepared, digestOf('loose')) }),
    wrong: (prepared) => [
      { what: 'one that is part of a manifest', path: blob(prepared), status: 405, code: 'UNSUPPORTED' },
      { what: 'one that is not there', path: blob(prepared, NOTHING), status: 404, code: 'BLOB_UNKNOWN' },
    ],
  },
  StartBlobUpload: {
    prepare: anImage,
    right: ({ name }) => [
      { path: `/v2/${name}/blobs/uploads/`, status: 202 },
      { path: `/v2/${name}/blobs/uploads/?digest-algorithm=sha512`, status: 202 },
      { path: `/v2/${name}/blobs/uploads/?digest=${digestOf('whole')}`, body: 'whole', status: 201 },
      { path: `/v2/team/${fresh('app')}/blobs/uploads/?mount=${BLOB}&from=${name}`, status: 201 },
    ],
    wrong: ({ name }) => [
      { what: 'another digest', path: `/v2/${name}/blobs/uploads/?digest=${NOTHING}`, body: 'whole', status: 400, code: 'DIGEST_INVALID' },
      { what: 'a digest twice', path: `/v2/${name}/blobs/uploads/?digest=${BLOB}&digest=${BLOB}`, body: 'x', status: 400, code: 'UNSUPPORTED' },
    ],
  },
  GetBlobUpload: { prepare: anUpload, right: ({ upload }) => ({ path: upload! }), wrong: ({ elsewhere }) => [{ what: 'one that is not there', path: elsewhere!, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' }] },
  AppendToBlobUpload: {
    prepare: anUpload,
    right: ({ upload }) => [{ path: upload!, body: 'hello', headers: { 'content-range': '0-4' } }],
    wrong: ({ upload, elsewhere }) => [
      { what: 'another place', path: upload!, body: 'hello', headers: { 'content-range': '7-11' }, status: 416, code: 'RANGE_INVALID' },
      { what: 'another length', path: upload!, body: 'hello', headers: { 'content-range': '0-2' }, status: 400, code: 'SIZE_INVALID' },
      { what: 'one that is not there', path: elsewhere!, body: 'hello', status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    ],
  },
  FinishBlobUpload: {
    prepare: anUpload,
    right: ({ upload }) => ({ path: `${upload}?digest=${BLOB}`, body: 'hello', headers: { 'content-range': '0-4' } }),
    wrong: ({ upload, elsewhere }) => [
      { what: 'no digest', path: upload!, status: 400, code: 'DIGEST_INVALID' },
      { what: 'one that is not there', path: `${elsewhere}?digest=${BLOB}`, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    ],
  },
  CancelBlobUpload: { prepare: anUpload, right: ({ upload }) => ({ path: upload! }), wrong: ({ elsewhere }) => [{ what: 'one that is not there', path: elsewhere!, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' }] },
  ListTags: { prepare: anImage, right: ({ name }) => [{ path: `/v2/${name}/tags/list` }, { path: `/v2/${name}/tags/list?n=1&last=a` }], wrong: (prepared) => page(`/v2/${prepared['name']}/tags/list`) },
  ListReferrers: {
    prepare: anImage,
    right: ({ name, image }) => [{ path: `/v2/${name}/referrers/${image}` }, { path: `/v2/${name}/referrers/${image}?artifactType=application/spdx%2Bjson&n=1&last=a` }],
    wrong: ({ name, image }) => [{ what: 'a digest that is none', path: `/v2/${name}/referrers/x`, status: 400, code: 'DIGEST_INVALID' }, ...page(`/v2/${name}/referrers/${image}`)],
  },

  GetToken: {
    prepare: anImage,
    right: ({ name }) => [{ path: '/token' }, { path: `/token?service=zot-artifact-store&scope=repository:${name}:pull&account=root&client_id=test&offline_token=true` }],
    wrong: [
      { what: 'another service', path: '/token?service=other', status: 400, code: 'UNSUPPORTED' },
      { what: 'a service twice', path: '/token?service=a&service=a', status: 400, code: 'UNSUPPORTED' },
    ],
  },
  PostToken: {
    right: () => ({ path: '/token', body: tokenForm({}) }),
    wrong: [
      { what: 'no form', path: '/token', body: '{}', headers: { 'content-type': 'application/json' }, status: 415, code: 'UNSUPPORTED' },
      { what: 'no grant', path: '/token', body: 'a=b', status: 400, code: 'UNSUPPORTED' },
      { what: 'a wrong password', path: '/token', body: tokenForm({ password: 'wrong' }), status: 401, code: 'UNAUTHORIZED' },
      { what: 'too much', path: '/token', body: 'x'.repeat(70_000), status: 413, code: 'SIZE_INVALID' },
    ],
  },
};

function tokenForm(fields: Readonly<Record<string, string>>): string {
  const { accessKeyId: username, secretAccessKey: password } = ROOT_KEYS;
  return String(new URLSearchParams({ grant_type: 'password', username, password, service: 'zot-artifact-store', client_id: 'test', access_type: 'offline', scope: 'repository:team/app:pull', ...fields }));
}

