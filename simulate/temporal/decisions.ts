import type { Payload } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import type Long from 'long';
import type { Entry } from '../clock/clock';
import { ScheduledActivity } from './activities';
import type { Child, Run } from './run';
import { cancelledActivity } from './failures';
import type { Command } from './instance';
import { encode, msOf } from './payloads';
import type { Failure, HistoryEvent } from './temporal';
import type { WorkflowTask } from './workflowTask';

type Of<Name extends keyof Command> = NonNullable<Command[Name]>;

/** Carries out what a workflow task has decided: a command becomes an event, and what it begins. */
export class Decisions {
  private readonly activities = new Map<number, ScheduledActivity>();
  private readonly timers = new Map<number, { entry: Entry; startedEvent: HistoryEvent }>();
  private readonly patches: string[] = [];

  constructor(private readonly run: Run) {}

  /** @param scheduledEventId of the task */
  take(command: Command, task: WorkflowTask, scheduledEventId: Long): void {
    const { events } = this.run;
    const next = events.length;
    this.carryOut(command, task, scheduledEventId);
    // What people see of it in lists of events: a summary.
    const { userMetadata } = command;
    if (userMetadata && next < events.length) Object.assign(events.events[next]!, { userMetadata });
  }

  private carryOut(command: Command, task: WorkflowTask, scheduledEventId: Long): void {
    const { run } = this;
    if (command.startTimer) this.startTimer(command.startTimer, task);
    else if (command.cancelTimer) this.cancelTimer(command.cancelTimer.seq!);
    else if (command.scheduleActivity) this.schedule(command.scheduleActivity, task);
    else if (command.requestCancelActivity) this.activities.get(command.requestCancelActivity.seq!)?.requestCancel();
    else if (command.upsertWorkflowSearchAttributes) this.upsert(command.upsertWorkflowSearchAttributes);
    else if (command.modifyWorkflowProperties) this.modify(command.modifyWorkflowProperties);
    else if (command.setPatchMarker) this.markPatch(command.setPatchMarker);
    else if (command.updateResponse) run.updates.answer(command.updateResponse, scheduledEventId);
    else if (command.startChildWorkflowExecution) this.startChild(command.startChildWorkflowExecution);
    else if (command.completeWorkflowExecution) run.complete(command.completeWorkflowExecution.result ?? null);
    else if (command.failWorkflowExecution) run.fail(command.failWorkflowExecution.failure!);
    else if (command.cancelWorkflowExecution) run.endAsCancelled();
    else if (command.continueAsNewWorkflowExecution) run.continueAsNew(command.continueAsNewWorkflowExecution);
    // Local activities are noted where they have ended.
    else if (!command.scheduleLocalActivity && !command.requestCancelLocalActivity)
      run.world.problem(`the model knows no command ${Object.keys(command).join()}`);
  }

  /**
   * What Core says at once where a workflow gives up an activity: its failure; `null` where it is to wait for the end.
   * What the server may know by now, the task does not.
   */
  cancelledAtOnce(seq: number, { turns }: WorkflowTask): Failure | null {
    const known = this.activities.get(seq);
    if (known !== undefined) {
      const isTryCancel = (known.command.cancellationType ?? 0) === 0;
      return isTryCancel && !known.isKnownToBeOver ? known.cancelled : null;
    }
    const commands = turns.flatMap((turn) => turn.commands);
    const unsent = commands.find(({ scheduleActivity }) => scheduleActivity?.seq === seq)?.scheduleActivity;
    return unsent
      ? cancelledActivity({
          activityId: unsent.activityId!,
          activityType: unsent.activityType!,
          scheduledEvent: null,
        })
      : null;
  }

  /** The run has ended. */
  abandon(): void {
    for (const activity of this.activities.values()) activity.abandon();
    for (const { entry } of this.timers.values()) this.run.world.clock.cancel(entry);
  }

  strikeRunning(): void {
    for (const activity of this.activities.values()) activity.strikeIfRunning();
  }

  private get now(): number {
    return this.run.world.clock.now;
  }

  private startTimer({ seq, startToFireTimeout }: Of<'startTimer'>, { turns }: WorkflowTask): void {
    // Started and given up within one task: neither is ever sent.
    if (turns.some(({ commands }) => commands.some(({ cancelTimer }) => cancelTimer?.seq === seq))) return;
    const { run, timers } = this;
    const timerId = String(seq);
    const startedEvent = run.events.add('timerStarted', { timerId, startToFireTimeout, ...run.decidedBy }, this.now);
    const entry = run.world.clock.in(run.service.pace.toTimer(run, timerId, msOf(startToFireTimeout) ?? 1), () =>
      run.enter(() => {
        if (!timers.delete(seq!)) return;
        run.events.add('timerFired', { timerId, startedEventId: startedEvent.eventId }, this.now);
        run.tell({ fireTimer: { seq } });
      }),
    );
    timers.set(seq!, { entry, startedEvent });
  }

  private cancelTimer(seq: number): void {
    const { run, timers } = this;
    const timer = timers.get(seq);
    if (timer === undefined) return;
    timers.delete(seq);
    run.world.clock.cancel(timer.entry);
    const { eventId: startedEventId, userMetadata } = timer.startedEvent;
    const event = run.events.add('timerCanceled', { timerId: String(seq), startedEventId, ...run.decidedBy }, this.now);
    if (userMetadata) event.userMetadata = userMetadata;
  }

  private schedule(command: Of<'scheduleActivity'>, { turns }: WorkflowTask): void {
    const { seq } = command;
    const isGivenUp = ({ requestCancelActivity }: Command): boolean => requestCancelActivity?.seq === seq;
    if (turns.some(({ commands }) => commands.some(isGivenUp))) return;
    const { run } = this;
    const { activityId, activityType, taskQueue, headers, arguments: input, ...others } = command;
    const { scheduleToCloseTimeout, startToCloseTimeout, heartbeatTimeout, retryPolicy, priority } = others;
    const event = run.events.add(
      'activityTaskScheduled',
      {
        activityId,
        activityType: { name: activityType },
        taskQueue: { name: taskQueue, kind: 1 },
        header: { fields: headers },
        input: { payloads: input },
        ...{ scheduleToCloseTimeout, startToCloseTimeout, heartbeatTimeout, retryPolicy, priority },
        ...run.decidedBy,
      },
      this.now,
    );
    this.activities.set(seq!, new ScheduledActivity(run, command, event));
  }

  private upsert({ searchAttributes }: Of<'upsertWorkflowSearchAttributes'>): void {
    this.enterAttributes(searchAttributes?.indexedFields ?? {});
  }

  private enterAttributes(indexedFields: Record<string, Payload>): void {
    const { run } = this;
    run.events.add(
      'upsertWorkflowSearchAttributes',
      { searchAttributes: { indexedFields }, ...run.decidedBy },
      this.now,
    );
    run.setAttributes(indexedFields);
  }

  private modify({ upsertedMemo }: Of<'modifyWorkflowProperties'>): void {
    const { run } = this;
    run.events.add('workflowPropertiesModified', { upsertedMemo, ...run.decidedBy }, this.now);
    Object.assign(run.memo, upsertedMemo?.fields ?? {});
  }

  /** Once for each; the command comes with every look at the patch. */
  private markPatch({ patchId, deprecated }: Of<'setPatchMarker'>): void {
    const { run, patches } = this;
    if (patches.includes(patchId!)) return;
    patches.push(patchId!);
    const data = encode({ id: patchId, deprecated: deprecated ?? false });
    run.events.add(
      'markerRecorded',
      { markerName: 'core_patch', details: { 'patch-data': { payloads: [data] } }, ...run.decidedBy },
      this.now,
    );
    this.enterAttributes({ TemporalChangeVersion: encode(patches) });
  }

  private startChild(command: Of<'startChildWorkflowExecution'>): void {
    const { run } = this;
    const { seq, workflowId, workflowType, input, parentClosePolicy } = command;
    const type = { name: workflowType };
    const child = {
      ...{ namespace: 'default', workflowId, workflowType: type },
      taskQueue: { name: command.taskQueue || run.taskQueue, kind: 1 },
      ...{ input: { payloads: input }, parentClosePolicy, header: { fields: command.headers } },
    };
    const initiated = run.events.add('startChildWorkflowExecutionInitiated', { ...child, ...run.decidedBy }, this.now);
    run.world.clock.in(run.service.pace.toChild(run, workflowId!), () => {
      if (run.status !== 'RUNNING') return;
      const started = run.service.startChild(command, run);
      run.enter(() => {
        const workflowExecution = { workflowId, runId: started.runId };
        const more = { initiatedEventId: initiated.eventId, workflowExecution, workflowType: type };
        const event = run.events.add(
          'childWorkflowExecutionStarted',
          { namespace: 'default', ...more, header: {} },
          this.now,
        );
        run.tell({ resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: started.runId } } });
        started.onClose(() => this.closeChild(seq!, started, { ...more, startedEventId: event.eventId }));
      });
    });
  }

  private closeChild(seq: number, child: Child, ids: object): void {
    const { run } = this;
    const { clock } = run.world;
    clock.in(clock.random.spread(1, 50), () => {
      if (run.status !== 'RUNNING') return;
      run.enter(() => {
        const result: coresdk.child_workflow.IChildWorkflowResult =
          child.status === 'COMPLETED'
            ? { completed: { result: child.result } }
            : { failed: { failure: child.failure ?? { message: child.status } } };
        const attributes = { namespace: 'default', ...ids };
        if (child.status === 'COMPLETED')
          run.events.add(
            'childWorkflowExecutionCompleted',
            { ...attributes, result: payloadsOf(child.result) },
            this.now,
          );
        else run.events.add('childWorkflowExecutionFailed', { ...attributes, failure: child.failure }, this.now);
        run.tell({ resolveChildWorkflowExecution: { seq, result } });
      }, true);
    });
  }
}

export const payloadsOf = (result: Payload | null): { payloads: Payload[] } => ({ payloads: result ? [result] : [] });
