import * as fc from 'fast-check';
import { idLength, OWN, startArguments } from '../arbitraries/inputs';
import type { Argument } from '../arbitraries/payloads';
import { newCustomer } from '../stage/stage';
import { until } from '../stage/until';
import { expectQuiet, expectWell } from '../stage/wellbeing';
import { status as statusQuery } from '../../src/contract/messages';
import { target } from './target';

export const start = target(
  'start',
  'inputs of any shape, size and encoding, started by another SDK',
  12,
  fc.record({ arguments: startArguments, idLength }),
  async (stage, { arguments: args, idLength }) => {
    const customer = newCustomer();
    const workflowId = `onboard-${customer}`.padEnd(idLength, 'x').slice(0, idLength);
    const handle = await stage.start(
      args.map((argument) => own(argument, customer)),
      workflowId,
    );
    await expectQuiet(handle);
    await until(
      async () => {
        if ((await handle.describe()).status.name !== 'RUNNING') return true;
        const { attention } = await handle.query(statusQuery);
        return attention !== 'none';
      },
      5_000,
      'something to do',
    ).catch(() => undefined); // what waits for Layers still has to answer
    await expectWell(stage, handle);
  },
);

const own = (argument: Argument, customer: string): Argument =>
  'value' in argument ? { ...argument, value: replaced(argument.value, customer) } : argument;

function replaced(value: unknown, customer: string): unknown {
  const project = (value as { project?: { customerExternalId?: unknown } } | null)?.project;
  if (project?.customerExternalId !== OWN) return value;
  return { ...(value as object), project: { ...project, customerExternalId: customer } };
}
