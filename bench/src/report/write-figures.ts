import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const RESULTS = path.resolve(import.meta.dirname, '../../results');

/** On what figures were measured, in terms that say nothing of where it stands. */
export function describeMachine() {
  const memoryGib = Math.round(os.totalmem() / 1024 ** 3);
  return { platform: `${process.platform}-${process.arch}`, kernel: os.release(), cpus: os.availableParallelism(), cpu: os.cpus()[0]?.model, memoryGib, node: process.version };
}

/** Writes figures as JSON with the machine and the time that they took. @param file absent: one of that name in `bench/results` */
export function writeFigures(figures: object, { startedAt, file, name }: { startedAt: Date; file?: string; name: string }): void {
  const place = file === undefined ? path.join(RESULTS, `${name}.json`) : path.resolve(file);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, `${JSON.stringify({ startedAt: startedAt.toISOString(), seconds, machine: describeMachine(), ...figures }, undefined, 2)}\n`);
}
