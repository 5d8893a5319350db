import http from 'k6/http';
import { target } from '../environment.ts';
import { expecting, expectAnswer, textOf } from '../expect-answer.ts';
import { loadOptions, think } from '../load-options.ts';

export const options = loadOptions('health');

const PATHS = ['/health', '/health/live', '/health/ready'];

export default function run(): void {
  for (const path of PATHS) {
    const name = `GET ${path}`;
    const answer = http.get(`${target.endpoint}${path}`, { tags: { name }, responseCallback: expecting([200]) });
    expectAnswer(answer, name, [200], { healthy: (one) => (JSON.parse(textOf(one)) as { status: string }).status === 'healthy' });
  }
  think();
}
