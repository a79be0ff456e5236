import type { Payload } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import type Long from 'long';
import type { Run } from './run';
import type { Command } from './instance';
import { NotFound, type Failure, type HistoryEvent, type Outcome } from './temporal';

type Response = coresdk.workflow_commands.IUpdateResponse;

interface Update {
  name: string;
  input: Payload[];
  /** What a reset has put into the history before the workflow was asked. */
  isAdmitted: boolean;
  accepted: HistoryEvent | null;
  outcome: Promise<Outcome>;
  settle: (outcome: Outcome) => void;
  giveUp: (why: Error) => void;
}

/** The updates of a run, by id: one that is sent twice counts once. */
export class Updates {
  private readonly all = new Map<string, Update>();

  constructor(private readonly run: Run) {}

  /** @throws NotFound where the run ends before it has answered */
  send(id: string, name: string, input: Payload[], isAdmitted = false): Promise<Outcome> {
    const known = this.all.get(id);
    if (known !== undefined) return known.outcome;
    let settle!: Update['settle'];
    let giveUp!: Update['giveUp'];
    const outcome = new Promise<Outcome>((resolve, reject) => {
      settle = resolve;
      giveUp = reject;
    });
    outcome.catch(() => undefined); // whoever waits is told
    this.all.set(id, { name, input, isAdmitted, accepted: null, outcome, settle, giveUp });
    this.run.tell({
      doUpdate: {
        ...{ id, protocolInstanceId: id, name, input, headers: {} },
        ...{ meta: { updateId: id, identity: 'simulation' }, runValidator: true },
      },
    });
    return outcome;
  }

  /** What validators have refused. A rejection after an acceptance is the failure of a handler. */
  refusalsIn(commands: readonly Command[]): Response[] {
    const responses = commands.flatMap(({ updateResponse }) => updateResponse ?? []);
    const accepted = new Set(responses.flatMap((one) => (one.accepted ? [one.protocolInstanceId] : [])));
    return responses.filter(
      ({ rejected, protocolInstanceId: id }) => rejected && !accepted.has(id) && !this.all.get(id!)?.accepted,
    );
  }

  refuse(id: string, failure: Failure): void {
    this.settle(id, { failure });
    // Sent again under the same id it is judged anew.
    this.all.delete(id);
  }

  answer({ protocolInstanceId, accepted, completed, rejected }: Response, scheduledEventId: Long): void {
    const id = protocolInstanceId!;
    const update = this.all.get(id);
    if (update === undefined) return;
    const { run } = this;
    if (accepted) {
      const meta = { updateId: id, identity: 'simulation' };
      const request = { meta, input: { header: {}, name: update.name, args: { payloads: update.input } } };
      update.accepted = run.events.add(
        'workflowExecutionUpdateAccepted',
        {
          protocolInstanceId: id,
          acceptedRequestMessageId: `${id}/request`,
          acceptedRequestSequencingEventId: scheduledEventId,
          ...(update.isAdmitted ? {} : { acceptedRequest: request }),
        },
        run.world.clock.now,
      );
    }
    if (completed) this.close(id, update, { success: [completed] });
    if (rejected && update.accepted !== null) this.close(id, update, { failure: rejected });
  }

  /** The run has ended. */
  giveUp(): void {
    for (const { giveUp } of this.all.values()) giveUp(new NotFound('workflow execution already completed'));
  }

  private close(id: string, update: Update, outcome: Outcome): void {
    const { run } = this;
    run.events.add(
      'workflowExecutionUpdateCompleted',
      {
        meta: { updateId: id, identity: 'simulation' },
        acceptedEventId: update.accepted?.eventId ?? null,
        outcome: 'success' in outcome ? { success: { payloads: outcome.success } } : { failure: outcome.failure },
      },
      run.world.clock.now,
    );
    this.settle(id, outcome);
  }

  private settle(id: string, outcome: Outcome): void {
    const update = this.all.get(id);
    this.run.world.clock.busily(() => update?.settle(outcome));
  }
}
