import Long from 'long';
import { temporal } from '@temporalio/proto';
import { timestamp } from './payloads';
import type { HistoryEvent } from './temporal';

type NameIn<Key> = Key extends `${infer Name}EventAttributes` ? Name : never;
/** `activityTaskScheduled`, as the field of its attributes begins and as its type says in capitals. */
export type EventName = NameIn<keyof HistoryEvent>;
type Attributes<Name extends EventName> = HistoryEvent[`${Name}EventAttributes`];

/** What a run has been through, as the server keeps it and as the real Core can replay it. */
export class History {
  readonly events: HistoryEvent[] = [];

  get length(): number {
    return this.events.length;
  }

  add<Name extends EventName>(name: Name, attributes: Attributes<Name>, at: number): HistoryEvent {
    const event: HistoryEvent = {
      eventId: Long.fromInt(this.events.length + 1),
      eventTime: timestamp(at),
      eventType: typeOf(name),
      [`${name}EventAttributes`]: attributes,
    };
    this.events.push(event);
    return event;
  }

  /** Whether nothing has come since these two. */
  endsWith(...last: HistoryEvent[]): boolean {
    return last.every((event, index) => this.events[this.events.length - last.length + index] === event);
  }

  /** A task that has changed nothing leaves no trace. */
  dropLast(count: number): void {
    this.events.splice(-count);
  }
}

const { EventType } = temporal.api.enums.v1;
const types = new Map<EventName, temporal.api.enums.v1.EventType>();

function typeOf(name: EventName): temporal.api.enums.v1.EventType {
  let type = types.get(name);
  if (type === undefined) {
    const inCapitals = name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    type = EventType[`EVENT_TYPE_${inCapitals}` as keyof typeof EventType];
    types.set(name, type);
  }
  return type;
}
