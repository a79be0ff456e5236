import { html } from 'hono/html';
import { MAX_NAME } from '../../contract/limits';
import type { Fields } from '../http/sealedForm';
import type { Html } from './layout';

/** What is wrong with a form, by field. */
export type FieldProblems = Readonly<Record<string, string>>;

/** What has been typed, and what is wrong with it. */
export interface Filled {
  values: Fields;
  problems: FieldProblems;
}

export const EMPTY: Filled = { values: {}, problems: {} };

interface FieldOptions {
  name: string;
  label: string;
  hint?: string | Html;
  required?: boolean;
  maxLength: number;
  autocomplete?: string;
}

const describedBy = (name: string, hint: unknown, problem: unknown): Html | string => {
  const ids = [hint ? `${name}-hint` : '', problem ? `${name}-problem` : ''].filter(Boolean).join(' ');
  return ids === '' ? '' : html`aria-describedby="${ids}"`;
};

const invalid = (problem: string | undefined): Html | string =>
  problem === undefined ? '' : html`aria-invalid="true"`;

export const problemText = (name: string, problem: string | undefined): Html | string =>
  problem === undefined ? '' : html`<p class="problem" id="${name}-problem">${problem}</p>`;

const hintText = (name: string, hint: string | Html | undefined): Html | string =>
  hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`;

export function textField(options: FieldOptions, { values, problems }: Filled): Html {
  const { name, label, hint, required = false, maxLength, autocomplete = 'off' } = options;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hintText(name, hint)}
    <input
      type="text"
      dir="auto"
      id="${name}"
      name="${name}"
      value="${values[name] ?? ''}"
      maxlength="${maxLength}"
      autocomplete="${autocomplete}"
      ${required ? 'required' : ''}
      ${invalid(problems[name])}
      ${describedBy(name, hint, problems[name])}
    />
    ${problemText(name, problems[name])}
  </div>`;
}

export function textArea(options: FieldOptions & { short?: boolean }, { values, problems }: Filled): Html {
  const { name, label, hint, required = false, maxLength, short } = options;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hintText(name, hint)}
    <textarea
      id="${name}"
      name="${name}"
      dir="auto"
      maxlength="${maxLength}"
      class="${short ? 'short' : ''}"
      ${required ? 'required' : ''}
      ${invalid(problems[name])}
      ${describedBy(name, hint, problems[name])}
    >
${values[name] ?? ''}</textarea>
    ${problemText(name, problems[name])}
  </div>`;
}

/** One of several choices; the fields in `more` count only with this one. */
export function radio(name: string, value: string, label: string, { values }: Filled, more?: Html): Html {
  const checked = (values[name] ?? '') === value;
  return html`<label class="choice"
      ><input type="radio" name="${name}" value="${value}" ${checked ? 'checked' : ''} /><span>${label}</span></label
    >
    ${more === undefined ? '' : html`<div class="nested">${more}</div>`}`;
}

export function select(name: string, label: string, options: readonly [string, string][], { values }: Filled): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${options.map(([value, text]) => html`<option value="${value}" ${(values[name] ?? '') === value ? 'selected' : ''}>${text}</option>`)}
    </select>
  </div>`;
}

/** Says at the top that something is missing; each field says what. */
export const problemSummary = ({ problems }: Filled): Html | string => {
  const count = Object.keys(problems).length;
  return count === 0
    ? ''
    : html`<div class="note bad" role="alert">
        <p><strong>Nothing has been sent yet.</strong> ${Object.values(problems).join(' ')}</p>
      </div>`;
};

export const hidden = (fields: Fields): Html =>
  html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`;

/** The name of the person who answers: asked for on every form, filled in by the browser where it knows. */
export const nameField = (name: string, filled: Filled): Html =>
  textField({ name, label: 'Your name', required: true, maxLength: MAX_NAME, autocomplete: 'name' }, filled);
