import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/** What stands in place of a value that nobody can decode. */
const UNREADABLE = 'unreadable';

/**
 * As Temporal's own, but that a value in an encoding that is not known here is shown as unreadable. One workflow with such
 * a memo would otherwise end the list of all. Loaded by the SDK, by the name of this export.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload(payload, context, hint) {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint);
    } catch {
      return UNREADABLE as never;
    }
  },
};
