import { shown, timeOf, type Model, type Violation } from './model';

/**
 * A run makes no second content while the first lives, whatever it shows: another source is tried only once the last one has
 * failed. A request for changes allows for one more, since what was shown before stays completed. What an earlier run made, or
 * this one before a reset, does not count: a new beginning may come to another source and find nothing that shows it.
 */
export const oneContentPerRound = (model: Model): Violation[] =>
  model.evidence.witnesses.flatMap(({ customer, plan }) => {
    const rounds = plan.changes ? 2 : 1;
    const made = model.ours.filter(
      ({ effect, customerExternalId }) => effect === 'content.created' && customerExternalId === customer,
    );
    return made.flatMap((content, index) => {
      const at = timeOf(content);
      const began = model.beganBefore(customer, at);
      const living = made.slice(0, index).filter((other) => timeOf(other) >= began && model.diedAt(other.id) > at);
      if (living.length < rounds) return [];
      return [
        {
          invariant: 'one content per round' as const,
          customer,
          what: `${content.id} was made while ${living.map(({ id }) => id).join(' and ')} lived`,
          evidence: [...living, content].map(shown),
        },
      ];
    });
  });
