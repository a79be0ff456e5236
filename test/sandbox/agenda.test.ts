import * as fc from 'fast-check';
import { Agenda } from '../../src/sandbox/world/agenda';

test('gives back what is due, earliest first, and of equals the one added first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 20 }), (times, now) => {
      const agenda = new Agenda<number>();
      times.forEach((at, index) => agenda.add(at, index));
      const taken: { at: number; item: number }[] = [];
      for (let next = agenda.take(now); next; next = agenda.take(now)) taken.push({ at: next.at, item: next.item });
      const expected = times.map((at, item) => ({ at, item })).filter(({ at }) => at <= now);
      expected.sort((a, b) => a.at - b.at || a.item - b.item);
      expect(taken).toEqual(expected);
      expect(agenda.nextAt).toBe(Math.min(Infinity, ...times.filter((at) => at > now)));
    }),
  );
});

test('never keeps what never falls due', () => {
  const agenda = new Agenda<string>();
  agenda.add(Infinity, 'stuck');
  expect(agenda.take(Number.MAX_VALUE)).toBeNull();
});
