import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { rootCredentialsFile } from '../../root-credentials.js';
import { type Check, type Finding, good, problem, warning } from './finding.js';

const OTHERS = 0o077;

/** Whether the data folder is there or can be made, is ours, and is closed to others. */
export const checkDataFolder: Check = async ({ loaded: { config }, running }) => {
  const folder = config.data.dir;
  const kind = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code);
  if (kind === 'ENOENT') return [await canBeMade(folder)];
  if (typeof kind !== 'object') return [problem('data folder', `${folder} cannot be looked at (${kind})`, `Give user ${me()} access to it and the folders above.`)];
  if (!kind.isDirectory()) return [problem('data folder', `${folder} is no folder`, 'Name a folder in data.dir or --data-dir.')];
  return [
    await writable(folder, kind.uid),
    closed('data folder', folder, kind.mode),
    ...(await credentialsFile(folder)),
    running === undefined ? good('server', `No server runs on ${folder}`) : good('server', `Process ${running} serves ${folder}`),
  ];
};

async function canBeMade(folder: string): Promise<Finding> {
  let above = path.dirname(folder);
  while (above !== path.dirname(above) && !(await exists(above))) above = path.dirname(above);
  if (await may(above, constants.W_OK)) return good('data folder', `${folder} is not there yet and will be made`);
  return problem('data folder', `${folder} is not there and cannot be made: ${above} is not writable for user ${me()}`, `mkdir -p ${folder} && chown ${me()} ${folder}, as root.`);
}

async function writable(folder: string, owner: number): Promise<Finding> {
  if (await may(folder, constants.R_OK | constants.W_OK | constants.X_OK)) return good('data folder', `${folder} is writable for user ${me()}`);
  return problem('data folder', `${folder} belongs to user ${owner} and is not writable for user ${me()}`, `chown -R ${me()} ${folder}, as root; or run the server as user ${owner}.`);
}

function closed(check: string, file: string, mode: number): Finding {
  const open = (mode & OTHERS).toString(8).padStart(3, '0');
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return good(check, `${file} is closed to other users`);
  return warning(check, `${file} is open to other users (${open})`, `chmod go= ${file}`);
}

async function credentialsFile(folder: string): Promise<readonly Finding[]> {
  const file = rootCredentialsFile(folder);
  const kind = await stat(file).catch(() => undefined);
  if (kind === undefined) return [];
  const { mode } = kind;
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return [good('root key pair', `${file} is closed to other users`)];
  return [problem('root key pair', `${file} can be read by others`, `chmod 600 ${file}; then zas make-keys root --replace, if somebody may have read it.`)];
}

function me(): number | string {
  return process.getuid?.() ?? 'of this process';
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}

async function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(() => true, () => false);
}
