import type { Model, Violation } from './model';

/** No API key, webhook secret or link secret stands in a history or a log. */
export function noSecrets({ evidence }: Model): Violation[] {
  const { secrets, texts, witnesses } = evidence;
  const histories = witnesses.flatMap(({ customer, runs }) =>
    runs.map(({ runId, text }) => ({ name: `the history of ${customer} (${runId})`, text, customer })),
  );
  return [...texts.map((text) => ({ ...text, customer: null })), ...histories].flatMap(({ name, text, customer }) =>
    secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => ({
        invariant: 'no secret in any history or log' as const,
        customer,
        what: `${name} holds a secret (${secret.slice(0, 8)}…)`,
        evidence: [around(text, secret)],
      })),
  );
}

/** Where it stands, without the secret itself. */
function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `…${text.slice(Math.max(0, at - 60), at)}[secret]${text.slice(at + secret.length, at + secret.length + 30)}…`;
}
