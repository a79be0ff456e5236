import { Ledger } from './ledger';
import type { Config } from './options';
import { loadState, Snapshots } from './snapshots';
import { emptyState, type Organization, type State } from './state';

type OwnedTable = 'media' | 'influencers' | 'containers' | 'accounts' | 'posts';

/** Memory, clock and ledger: what every part of a sandbox stands on. */
export class Core {
  state: State;
  readonly ledger: Ledger;
  readonly snapshots: Snapshots;
  /** What a scenario puts in the place of the configuration. */
  overrides: { concurrentJobs?: number; writesPerDay?: number; credits?: number } = {};
  /** Where the sandbox is reached; set once it listens. */
  url = '';

  constructor(readonly config: Config) {
    this.state = loadState(config.dataFile);
    this.snapshots = new Snapshots(config.dataFile, () => this.state, config.log);
    this.ledger = new Ledger(config.dataFile && `${config.dataFile}.ledger`, config.now, config.log);
  }

  now = (): number => this.config.now();

  /** An organization comes into being when a key first acts for it. */
  organization(id: string, parentId: string | null = null): Organization {
    const balance = this.overrides.credits ?? this.config.credits;
    return (this.state.organizations[id] ??= { id, parentId, balance, reserved: 0, used: 0 });
  }

  /** A new row of a project. */
  add<Table extends OwnedTable>(table: Table, row: State[Table][string]): void {
    (this.state[table] as Record<string, typeof row>)[row.id] = row;
    (this.state.owned[`${row.projectId} ${table}`] ??= []).push(row.id);
  }

  /** The rows of a project, oldest first. */
  owned<Table extends OwnedTable>(table: Table, projectId: string): State[Table][string][] {
    const rows = this.state[table] as Record<string, State[Table][string]>;
    return (this.state.owned[`${projectId} ${table}`] ?? []).flatMap((id) => rows[id] ?? []);
  }

  /** Something happened to a resource: into the ledger and, soon, into the snapshot. */
  effect(
    effect: string,
    resource: { id: string; projectId: string | null },
    requestId: string | null,
    data?: Record<string, unknown>,
    at?: number,
  ): void {
    const project = resource.projectId ? this.state.projects[resource.projectId] : undefined;
    const customerExternalId = project?.customerExternalId ?? null;
    this.ledger.effect(
      { effect, id: resource.id, projectId: resource.projectId, customerExternalId, requestId, ...(data && { data }) },
      at,
    );
    this.snapshots.changed();
  }

  forget(): void {
    this.state = emptyState();
    this.overrides = {};
    this.ledger.clear();
    this.snapshots.delete();
  }
}
