import { FEED_BENCHMARKS } from './feed-benchmarks.js';
import type { MicroBenchmark } from './micro-benchmark.js';
import { POLICY_BENCHMARKS } from './policy-benchmarks.js';
import { PROTOCOL_BENCHMARKS } from './protocol-benchmarks.js';
import { STORE_BENCHMARKS } from './store-benchmarks.js';

export const MICRO_BENCHMARKS: readonly MicroBenchmark[] = [...STORE_BENCHMARKS, ...FEED_BENCHMARKS, ...PROTOCOL_BENCHMARKS, ...POLICY_BENCHMARKS];
