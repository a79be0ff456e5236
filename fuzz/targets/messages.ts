import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { message, type Message } from '../arbitraries/messages';
import { payloadOf } from '../arbitraries/payloads';
import type { Stage } from '../stage/stage';
import type { Wait } from '../stage/waiting';
import { expectQuiet, expectWell } from '../stage/wellbeing';
import { target } from './target';

const wait = fc.constantFrom<Wait>('review', 'review', 'choice', 'consent', 'operator');

export const messages = target(
  'messages',
  'signals, updates and queries, of any type, size and encoding, to an onboarding that waits',
  8,
  fc.record({ wait, messages: fc.array(message, { minLength: 1, maxLength: 4 }) }),
  async (stage, { wait, messages }) => {
    const handle = await stage.waiting.take(wait);
    for (const one of messages) await send(stage, handle.workflowId, one);
    await expectQuiet(handle);
    await expectWell(stage, handle);
  },
);

/** As it is: what the server or the workflow refuses is refused. */
async function send({ client }: Stage, workflowId: string, { as, name, arguments: args }: Message): Promise<void> {
  const { workflowService: service, options } = client;
  const { namespace } = options;
  const input = { payloads: args.map(payloadOf) };
  const workflowExecution = { workflowId };
  const sending = (): Promise<unknown> => {
    if (as === 'signal')
      return service.signalWorkflowExecution({
        namespace,
        workflowExecution,
        signalName: name,
        input,
        requestId: randomUUID(),
      });
    if (as === 'query')
      return service.queryWorkflow({
        namespace,
        execution: workflowExecution,
        query: { queryType: name, queryArgs: input },
      });
    return service.updateWorkflowExecution({
      namespace,
      workflowExecution,
      waitPolicy: { lifecycleStage: 2 }, // accepted, or refused
      request: { meta: { updateId: randomUUID(), identity: 'fuzz' }, input: { name, args: input } },
    });
  };
  await client.withDeadline(Date.now() + 8_000, sending).catch(() => undefined);
}
