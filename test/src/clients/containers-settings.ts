import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * The environment in which podman and buildah keep all that is theirs in a folder of
 * their own, and touch neither network nor service manager of the machine.
 * @param driver how layers are kept: `overlay` is faster, `vfs` works everywhere
 */
export async function containersSettings(folder: string, driver: 'vfs' | 'overlay' = 'vfs'): Promise<Record<string, string>> {
  const at = (name: string) => path.join(folder, 'containers', name);
  const quoted = (name: string) => JSON.stringify(at(name));
  await fs.mkdir(at(''), { recursive: true });
  await fs.writeFile(at('storage.conf'), `[storage]\ndriver = "${driver}"\ngraphroot = ${quoted('graph')}\nrunroot = ${quoted('run')}\n`);
  await fs.writeFile(at('auth.json'), '{}');
  await fs.writeFile(
    at('containers.conf'),
    `[containers]
netns = "host"
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
static_dir = ${quoted('static')}
tmp_dir = ${quoted('tmp')}
volume_path = ${quoted('volumes')}
`,
  );
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    CONTAINERS_CONF: at('containers.conf'),
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    REGISTRY_AUTH_FILE: at('auth.json'),
  };
}
