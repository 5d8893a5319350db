import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Answer, Command } from './generator-process.js';
import type { LoadResult } from './run-load.js';
import type { BenchTarget } from './connection.js';
import type { RunSize, WorkName } from './works.js';

const PROGRAM = path.join(import.meta.dirname, 'generator-process.js');

/** A load generator as a process of its own, so that neither its work nor its pauses count as the server's or the benchmark's. */
export class Generator {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts it and tells it the server. */
  static async start(target: BenchTarget): Promise<Generator> {
    const generator = new Generator(fork(PROGRAM, { execArgv: [] }));
    try {
      await generator.#ask({ do: 'target', target });
    } catch (error) {
      generator.stop();
      throw error;
    }
    return generator;
  }

  /** Stores what the work needs; the runs that follow are of this work. */
  async prepare(work: WorkName, run: string, size: RunSize): Promise<void> {
    await this.#ask({ do: 'prepare', work, run, size });
  }

  async run(size: RunSize): Promise<LoadResult> {
    return (await this.#ask({ do: 'run', size }))!;
  }

  stop(): void {
    this.child.kill();
  }

  #ask(command: Command): Promise<LoadResult | undefined> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The load generator ended'));
      this.child.once('exit', ended);
      this.child.once('message', (answer: Answer) => {
        this.child.off('exit', ended);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.result);
      });
      this.child.send(command);
    });
  }
}
