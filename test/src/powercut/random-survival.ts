import type { Random } from '../property/random.js';
import type { Survival } from './disk-model.js';

const SECTOR = 512;
const BLOCK = 4096;

/** Keeps an arbitrary part of what was not synced: each change, or blocks or a prefix of it, on its own. */
export function randomSurvival(random: Random): Survival {
  const [entries, data] = [random.next(), random.next()];
  return {
    entry: () => random.chance(entries),
    data: (bytes) => {
      if (!random.chance(data)) return 'none';
      if (bytes === undefined || random.chance(0.5)) return 'whole';
      if (random.chance(0.5)) return [{ offset: 0, bytes: bytes.subarray(0, SECTOR * random.integer(0, Math.floor(bytes.length / SECTOR))) }];
      const blocks = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) => index * BLOCK);
      return blocks.filter(() => random.chance(0.5)).map((offset) => ({ offset, bytes: bytes.subarray(offset, offset + BLOCK) }));
    },
  };
}
