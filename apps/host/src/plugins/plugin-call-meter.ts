import type { Meter } from '@zas/plugin-api';
import type { OnCall } from '@zas/plugin-host';

const FLUSH_MS = 1000;

interface Tally {
  readonly plugin: string;
  readonly method: string;
  readonly outcome: string;
  calls: number;
  seconds: number;
}

/**
 * Counts what plugin-host's guards time. Calls are summed here and handed to the
 * meter once a second: several happen in each request.
 */
export class PluginCallMeter {
  private readonly tallies = new Map<string, Tally>();
  private timer: NodeJS.Timeout | undefined;

  /** For `PluginHostOptions.onCall`. */
  readonly onCall: OnCall = (plugin, point, method, seconds, outcome) => {
    const key = `${plugin} ${point} ${method} ${outcome}`;
    let tally = this.tallies.get(key);
    if (!tally) {
      tally = { plugin, method: `${point}.${method}`, outcome, calls: 0, seconds: 0 };
      this.tallies.set(key, tally);
    }
    tally.calls++;
    tally.seconds += seconds;
  };

  /** The meter comes from a plugin itself, so it is known only once all stand. */
  bind(meter: Meter): void {
    const labels = ['plugin', 'method', 'outcome'];
    const calls = meter.counter({ name: 'plugin_calls_total', help: 'Calls of plugins by method and outcome', labels });
    const seconds = meter.counter({ name: 'plugin_call_seconds_total', help: 'Time spent in calls of plugins', labels });
    this.timer = setInterval(() => {
      for (const tally of this.tallies.values()) {
        if (tally.calls === 0) continue;
        const { plugin, method, outcome } = tally;
        calls.add(tally.calls, { plugin, method, outcome });
        seconds.add(tally.seconds, { plugin, method, outcome });
        tally.calls = tally.seconds = 0;
      }
    }, FLUSH_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
