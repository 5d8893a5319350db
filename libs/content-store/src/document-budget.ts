import type { ByteBudget, Reservation } from './byte-budget.js';
import { WaitingLine } from './waiting-line.js';

/**
 * The half of the byte budget that documents may hold: what is read whole before
 * anything is done with it. The other half stays for bodies that pass through, so
 * a document that is held can always be stored, and clients that send documents
 * slowly keep nobody else waiting.
 */
export class DocumentBudget {
  private held = 0;
  private readonly line: WaitingLine;

  constructor(private readonly budget: ByteBudget) {
    this.line = new WaitingLine(budget.waitMs);
  }

  get capacity(): number {
    return Math.floor(this.budget.capacity / 2);
  }

  /** Counts bytes; a document that is larger than the whole half counts as the half. */
  async reserve(bytes: number, signal?: AbortSignal): Promise<Reservation> {
    const counted = Math.min(bytes, this.capacity);
    const give = await this.line.enter(() => (this.held + counted <= this.capacity ? this.count(counted) : undefined), signal);
    try {
      const whole = await this.budget.reserve(counted, signal);
      const release = () => {
        whole.release();
        give();
      };
      return { bytes: counted, release };
    } catch (error) {
      give();
      throw error;
    }
  }

  private count(bytes: number): () => void {
    this.held += bytes;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.held -= bytes;
      this.line.serve();
    };
  }
}
