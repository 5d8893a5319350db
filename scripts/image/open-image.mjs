import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

/** How to come by a file that `openImage` reads. */
export const HOW_TO_SAVE = 'docker save -o image.tar NAME, or podman save --format oci-archive -o image.tar NAME';

function tar(...args) {
  const { status, stderr, error } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar ${args.join(' ')}: ${error?.message ?? stderr}`);
}

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/**
 * Opens an image of one platform in a folder or tar archive, as an OCI image layout or as
 * older versions of Docker save it. Layers that take files away are not understood.
 * @returns its `config`, its `layers` with their bytes as gzip, `root`, the folder of its
 * files, and `close`, which removes what was unpacked
 */
export function openImage(source) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-image-'));
  const close = () => {
    // A folder such as the data's is closed even to who unpacked it.
    spawnSync('chmod', ['-R', 'u+rwX', work]);
    fs.rmSync(work, { recursive: true, force: true });
  };
  try {
    const layout = fs.statSync(source).isDirectory() ? source : path.join(work, 'layout');
    if (layout !== source) {
      fs.mkdirSync(layout);
      tar('-xf', source, '-C', layout);
    }
    const { config, layers } = fs.existsSync(path.join(layout, 'index.json')) ? fromLayout(layout) : fromDockerArchive(layout);
    const root = path.join(work, 'root');
    fs.mkdirSync(root);
    for (const layer of layers) tar('-xf', layer, '-C', root);
    return { config, root, close, layers: layers.map((file) => ({ file, bytes: compressedSize(file) })) };
  } catch (error) {
    close();
    throw error;
  }
}

function fromLayout(layout) {
  const blob = ({ digest }) => path.join(layout, 'blobs', ...digest.split(':'));
  let document = readJson(path.join(layout, 'index.json'));
  while (document.manifests !== undefined) {
    // Beside an image may stand what was attested about it.
    const images = document.manifests.filter((one) => one.platform?.os !== 'unknown');
    if (images.length !== 1) throw new Error(`expected one image, found ${images.length}`);
    document = readJson(blob(images[0]));
  }
  return { config: readJson(blob(document.config)), layers: document.layers.map(blob) };
}

function fromDockerArchive(folder) {
  const [image, ...others] = readJson(path.join(folder, 'manifest.json'));
  if (image === undefined || others.length > 0) throw new Error(`expected one image, found ${image === undefined ? 0 : others.length + 1}`);
  return { config: readJson(path.join(folder, image.Config)), layers: image.Layers.map((name) => path.join(folder, name)) };
}

function compressedSize(file) {
  const bytes = fs.readFileSync(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? bytes.length : zlib.gzipSync(bytes).length;
}
