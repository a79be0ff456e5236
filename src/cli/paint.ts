import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it. */
export type Paint = (style: Style, text: string) => string;

export const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color && text !== '' ? styleText(style, text, { validateStream: false }) : text;

/** Whether a stream takes colours: a terminal, and neither NO_COLOR nor its like says otherwise. */
export const takesColor = (stream: NodeJS.WritableStream): boolean => styleText('red', 'x', { stream }) !== 'x';
