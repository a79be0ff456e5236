import type { Random } from '../clock/random';

interface Told {
  id: string;
  workflowId: string;
  type: string;
}

const DOWN = 0.4;

/** The partner's backend, which is told who has to act, and how each onboarding has ended. */
export class Partner {
  /** What it was told, once each. */
  readonly told = new Map<string, Told>();

  constructor(
    private readonly random: Random,
    private readonly isFlaky: boolean,
  ) {}

  readonly answer = async (request: Request): Promise<Response> => {
    const told = (await request.json()) as Told;
    if (this.isFlaky && this.random.chance(DOWN)) return new Response(null, { status: 503 });
    this.told.set(told.id, told);
    return new Response(null, { status: 204 });
  };
}
