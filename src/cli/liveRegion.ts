import { width } from './show/text';

/** A part of a terminal that is drawn again and again, as log-update does it. */
export interface LiveRegion {
  (text: string): void;
  /** Leaves the drawing where it is, and begins anew below it. */
  done(): void;
  /** Takes the drawing away, so that lines can be written in its place. */
  clear(): void;
}

/**
 * A picture that is drawn over itself. Of one that is higher than the terminal the lower part is seen while it moves, since
 * nothing that has scrolled away can be drawn over; the last one is written whole.
 */
export async function liveRegion(stream: NodeJS.WriteStream): Promise<LiveRegion> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream);
  let last = '';
  const draw = (text: string): void => {
    last = text;
    update(lowerPart(text, stream.columns || 80, (stream.rows || 24) - 1));
  };
  return Object.assign(draw, {
    done() {
      if (last !== '') {
        update.clear();
        stream.write(`${last}\n`);
      }
      last = '';
      update.done();
    },
    clear() {
      last = '';
      update.clear();
    },
  });
}

/** As many of the last lines as fit; a line that is wider than the terminal takes several rows. */
function lowerPart(text: string, columns: number, rows: number): string {
  const lines = text.split('\n');
  let room = rows;
  let first = lines.length;
  while (first > 0) {
    room -= Math.max(1, Math.ceil(width(lines[first - 1] ?? '') / columns));
    if (room < 0) break;
    first -= 1;
  }
  return lines.slice(first).join('\n');
}
